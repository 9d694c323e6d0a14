import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { unshared } from './unshared.js';

test.each(['', 'p:/a', 'caf\u00e9', '\u2603', '\ud800', '\u0000"\\', '__proto__'])(
  '%j stays as it is',
  (text) => {
    expect(unshared(text)).toBe(text);
  },
);

test('V01 a text that is kept does not keep the long one alive that it was cut from', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  /** Bytes of heap that 2,000 paths hold, each cut from a URL of 12 KB. */
  const heldBy = (keep: (path: string) => string): number => {
    collect();
    const before = process.memoryUsage().heapUsed;
    const paths = Array.from({ length: 2000 }, (_, at) => {
      const url = Buffer.from(`/a/path/that/is/long/enough/${at}?${'x'.repeat(12_000)}`).toString('latin1');
      return keep(url.slice(0, url.indexOf('?')));
    });
    collect();
    const held = process.memoryUsage().heapUsed - before;
    expect(paths).toHaveLength(2000);
    return held;
  };
  expect(heldBy((path) => path)).toBeGreaterThan(15_000_000);
  expect(heldBy(unshared)).toBeLessThan(5_000_000);
});
