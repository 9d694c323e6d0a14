import { expect, test } from 'vitest';
import { unshared } from './unshared.js';

test.each(['', 'p:/a', 'caf\u00e9', '\u2603', '\ud800', '\u0000"\\', '__proto__'])(
  '%j stays as it is',
  (text) => {
    expect(unshared(text)).toBe(text);
  },
);
