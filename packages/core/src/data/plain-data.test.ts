import { inspect } from 'node:util';
import { anything, assert, dictionary, pre, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainData, textOf } from './plain-data.js';

class Money {
  readonly amount = 1;
}

const cycle: unknown[] = [];
cycle.push(cycle);

test.each<[string, unknown]>([
  ['an instance of a class', new Money()],
  ['one deep within', { deep: [new Money()] }],
  ['one in a Map', new Map([[1, new Money()]])],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a cycle', cycle],
])('%s is not plain data, and has no text', (_title, value) => {
  expect([isPlainData(value), textOf(value)]).toEqual([false, undefined]);
});

test.each<[string, unknown]>([
  ['bytes', new Uint8Array([1])],
  ['a RegExp', /x/g],
  ['a Set', new Set([1])],
  ['an object without a prototype', Object.create(null)],
  ['nothing', undefined],
])('%s is plain data', (_title, value) => {
  expect([isPlainData(value), typeof textOf(value)]).toEqual([true, 'string']);
});

const data = anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
});

test('the text is the same for the same data, whatever the order of properties', () => {
  assert(
    property(dictionary(string(), data), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(textOf(turned)).toBe(textOf(value));
    }),
  );
});

test('different data has different texts', () => {
  assert(
    property(data, data, (first, second) => {
      const isSame =
        inspect(first, { depth: 99, sorted: true }) === inspect(second, { depth: 99, sorted: true });
      pre(!isSame && isPlainData(first) && isPlainData(second));
      expect(textOf(first) === textOf(second) && !Object.is(first, -0) && !Object.is(second, -0)).toBe(false);
    }),
  );
});
