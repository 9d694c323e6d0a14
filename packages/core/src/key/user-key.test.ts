import { expect, test } from 'vitest';
import { isUserKey, userKey } from './user-key.js';

test.each([['a'], [['a']], [['search', '']], ['__proto__'], [['constructor', '1']], [' ']])(
  '%j can be a key',
  (value) => {
    expect(isUserKey(value)).toBe(true);
  },
);

test.each(
  [
    [undefined, null, NaN, 0, 1, true, '', {}, new Date(0), Promise.resolve('a'), () => 'a', Symbol('a')],
    [[[]], [['']], [['', '']], [['a', undefined]], [['a', 1]], [['a', ['b']]], [Array(2)]].flat(),
  ].flat(),
)('K02 %o cannot be a key', (value) => {
  expect(isUserKey(value)).toBe(false);
});

test('K03 keys of several parts do not run together', () => {
  const keys = [['1234', '56'], ['12', '3456'], '123456', '1234,56', ['1234', '5', '6'], ['1234', '', '56']];
  expect(new Set(keys.map(userKey)).size).toBe(keys.length);
});

test('a string and an array of it are the same key', () => {
  expect(userKey(['a'])).toBe(userKey('a'));
});
