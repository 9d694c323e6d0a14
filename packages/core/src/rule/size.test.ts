import { describe, expect, test } from 'vitest';
import { parseSize } from './size.js';

describe('sizes', () => {
  test.each([
    [1, 1],
    [1_048_576, 1_048_576],
    ['100b', 100],
    ['512kb', 524_288],
    ['64mb', 67_108_864],
    ['1.5mb', 1_572_864],
    ['1gb', 1_073_741_824],
  ])('%j is %d bytes', (value, bytes) => {
    expect(parseSize('memory.maxSize', value)).toBe(bytes);
  });

  test.each([
    ['64', `Write '64b' or '64mb'.`],
    ['64MB', `Write '64mb'.`],
    ['64 MiB', `Write '64mb'.`],
    ['2 bytes', `Write '2b'.`],
    [Infinity, `The cache bounds everything in bytes: write the most you can spare.`],
    [-1, `Write a number and a unit without a space: '100b', '512kb', '64mb', '1gb'.`],
  ])('%j is refused with the fix', (value, fix) => {
    const message = expect.stringMatching(/^memory\.maxSize: expected a size such as '64mb' or /);
    expect(() => parseSize('memory.maxSize', value)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message }),
    );
    expect(() => parseSize('memory.maxSize', value)).toThrow(fix);
  });

  test.each([
    0,
    '0',
    '0mb',
    '0.0001b',
    -5,
    '-5mb',
    1.5,
    NaN,
    2 ** 53,
    '99999999gb',
    '',
    '5tb',
    '1mb ',
    null,
    undefined,
    {},
    [5],
    true,
    5n,
  ])('%o is refused', (value) => {
    expect(() => parseSize('memory.maxSize', value)).toThrow(/^memory\.maxSize: expected a size/);
  });
});
