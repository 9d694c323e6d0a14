import { expect, test } from 'vitest';
import { booleanOption, functionOption, listOption, wordOption } from './checks.js';

const asIs = (_where: string, name: string): string => name;

test.each([true, false])('%s is true or false', (value) => {
  expect(booleanOption('rule.x', value)).toBe(value);
});

test.each([
  ['true', `rule.x: expected true or false, got 'true'. Write true without quotes.`],
  [1, 'rule.x: expected true or false, got 1 (number).'],
  [null, 'rule.x: expected true or false, got null.'],
])('%j is not true or false', (value, message) => {
  expect(() => booleanOption('rule.x', value)).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message }),
  );
});

test('a word is one of the list, spelled exactly', () => {
  expect(wordOption('rule.x', 'pass', ['pass', 'strip'])).toBe('pass');
  expect(() => wordOption('rule.x', 'Strip', ['pass', 'strip'])).toThrow(
    `rule.x: expected 'pass' or 'strip', got 'Strip'. Did you mean 'strip'?`,
  );
  expect(() => wordOption('rule.x', true, ['pass', 'strip'])).toThrow(
    `rule.x: expected 'pass' or 'strip', got true (boolean).`,
  );
});

test('a list is copied, frozen and free of duplicates', () => {
  const given = ['b', 'a', 'b'];
  const names = listOption('rule.x', given, 'names', asIs);
  given.push('c');
  expect(names).toEqual(['b', 'a']);
  expect(Object.isFrozen(names)).toBe(true);
});

test.each([
  ['a', `rule.x: expected an array of names, got 'a'. Write ['a'].`],
  [{ 0: 'a' }, 'rule.x: expected an array of names, got an object.'],
  [['a', 1], 'rule.x[1]: expected a non-empty string, got 1 (number).'],
  [['a', ''], `rule.x[1]: expected a non-empty string, got ''.`],
  [Array(1), 'rule.x[0]: expected a non-empty string, got undefined.'],
])('%j is no list of names', (value, message) => {
  expect(() => listOption('rule.x', value, 'names', asIs)).toThrow(expect.objectContaining({ message }));
});

test('a function may be any that answers at once', () => {
  const plain = (): string => 'a';
  expect(functionOption('rule.key', plain)).toBe(plain);
  expect(functionOption('rule.key', plain.bind(undefined))).toBeTypeOf('function');
});

test.each([
  [async () => 'a', 'an async function'],
  [async function* () {}, 'a generator'],
  [function* () {}, 'a generator'],
])('%s is refused at start', (value, words) => {
  expect(() => functionOption('rule.key', value)).toThrow(
    `rule.key: expected a function that answers at once, got ${words}. Do the asynchronous part in a middleware before the cache and read its result here.`,
  );
});

test('what is no function is refused', () => {
  expect(() => functionOption('rule.key', 'id')).toThrow(`rule.key: expected a function, got 'id'.`);
});
