import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growthBeyondLinear } from '../testing/linear.js';
import {
  fieldValue,
  headersOf,
  isToken,
  linesOf,
  listMembers,
  splitAtCommas,
  withoutFields,
} from './fields.js';

describe('headersOf', () => {
  test('joins repeated lines, with semicolons for Cookie, and keeps Set-Cookie lines apart', () => {
    const lines = 'A x a y Cookie p=1 cookie q=2 Set-Cookie s=1 set-cookie s=2'.split(' ');
    expect({ ...headersOf(lines) }).toEqual({ a: 'x, y', cookie: 'p=1; q=2', 'set-cookie': ['s=1', 's=2'] });
  });

  test('has no prototype, so any field name is an ordinary one (K06)', () => {
    const headers = headersOf(['__proto__', 'a', 'Constructor', 'b']);
    expect(fieldValue(headers, '__proto__')).toBe('a');
    expect(fieldValue(headers, 'constructor')).toBe('b');
    expect(fieldValue(headers, 'tostring')).toBeUndefined();
  });

  test('ignores a name without a value at the end', () => {
    expect({ ...headersOf(['a', '1', 'b']) }).toEqual({ a: '1' });
  });
});

test('linesOf gives an array one line for each member and skips absent fields', () => {
  const lines = linesOf({ a: '1', b: undefined, 'set-cookie': ['x', 'y'] });
  expect(lines.join(' ')).toBe('a 1 set-cookie x set-cookie y');
});

test.each([
  [{ a: 'x' }, 'x'],
  [{ a: ['x', 'y'] }, 'x, y'], // RFC 9110 5.2
  [{ a: '' }, ''],
  [{ a: [] }, undefined],
  [{}, undefined],
])('fieldValue of %j is %j', (headers, expected) => {
  expect(fieldValue(headers, 'a')).toBe(expected);
});

test('fieldValue does not take what a plain object inherits for a field', () => {
  expect(fieldValue({}, 'constructor')).toBeUndefined();
  expect(fieldValue({}, '__proto__')).toBeUndefined();
});

test.each([
  // RFC 9110 5.6.1
  ['a, b ,\tc', ['a', 'b', 'c']],
  [',, a ,,', ['a']],
  ['', []],
  [undefined, []],
  ['x="a, b", c', ['x="a, b"', 'c']],
  [String.raw`x="a\", b", c`, [String.raw`x="a\", b"`, 'c']],
  ['x="a, b', ['x="a', 'b']], // nothing closes the quote
  ['"a, b", x="c, d', ['"a, b"', 'x="c', 'd']],
  ['a\u00A0, b', ['a\u00A0', 'b']], // not white space in HTTP
])('the list members of %j are %j', (value, expected) => {
  expect(listMembers(value)).toEqual(expected);
});

test('splitAtCommas keeps empty members', () => {
  expect(splitAtCommas('a,, b')).toEqual(['a', '', 'b']);
});

test('a list splits the same way again when its members are joined', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\\', ' ') }), (value) => {
      const members = listMembers(value);
      expect(listMembers(members.join(', ')).join('|')).toBe(members.join('|'));
    }),
  );
});

test('a long list is split in linear time', () => {
  const listOf = (pieces: number): string =>
    `${' '.repeat(pieces)}a${' '.repeat(pieces)}b,"${String.raw`\"`.repeat(pieces)}`;
  expect(listMembers(listOf(9))).toHaveLength(2);
  expect(growthBeyondLinear((pieces) => listMembers(listOf(pieces)))).toBeLessThan(1);
});

test.each([
  ['Accept-Encoding', true],
  ['*', true],
  ['a b', false],
  ['a\u00E9', false],
  ['', false],
])('isToken(%j) is %j', (text, expected) => {
  expect(isToken(text)).toBe(expected);
});

test('withoutFields drops lines by name in any letter case and keeps the order of the others', () => {
  const lines = ['A', '1', 'Date', 'x', 'b', '2', 'DATE', 'y'];
  expect(withoutFields(lines, new Set(['date']))).toEqual(['A', '1', 'b', '2']);
});
