import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentFields, contentKey } from './content.js';
import { exactText } from './exact-text.js';

describe('what the content of a QUERY adds to its key (RFC 10008 section 2.7)', () => {
  const bytes = Buffer.from('{"a":1}');
  const json = { 'content-type': 'application/json' };

  test.each([
    ['other bytes', contentKey(json, Buffer.from('{"a":2}'))],
    ['another type', contentKey({ 'content-type': 'text/json' }, bytes)],
    ['no type', contentKey({}, bytes)],
    ['a content coding', contentKey({ ...json, 'content-encoding': 'gzip' }, bytes)],
    ['a language', contentKey({ ...json, 'content-language': 'de' }, bytes)],
    ['what a parser made of such bytes', contentKey(json, '{"a":1}')],
  ])('%s is another key', (_title, other) => {
    expect(other).not.toBe(contentKey(json, bytes));
  });

  test('length and order of fields make no difference', () => {
    const some = contentKey({ ...json, 'content-language': 'de', 'content-length': '7' }, bytes);
    expect(some).toBe(contentKey({ 'content-language': 'de', ...json }, bytes));
  });

  test('fields about the content are covered, in order', () => {
    expect(
      contentFields({ host: 'a', 'content-type': 'b', 'content-encoding': 'c', 'content-length': '1' }),
    ).toEqual(['content-encoding', 'content-type']);
  });
});

describe('a text that stands for parsed content', () => {
  test('two values that JSON tells apart never share one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const isSame =
          Object.is(one, other) ||
          (JSON.stringify(one) === JSON.stringify(other) && !hasMinusZero([one, other]));
        expect(exactText(one) === exactText(other)).toBe(isSame);
        expect(exactText(JSON.parse(JSON.stringify(one)))).toBe(exactText(withoutMinusZero(one)));
      }),
    );
  });

  test.each<[unknown, unknown]>([
    ['1', 1],
    ['null', null],
    [0, -0],
    [[], {}],
    [[''], []],
    [['a,b'], ['a', 'b']],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ '': 1 }, {}],
    [Buffer.from('a'), 'a'],
    [Buffer.from('a'), '<YQ==>'],
    [JSON.parse('{"__proto__":1}'), {}],
  ])('%j and %j are different', (one, other) => {
    expect(exactText(one)).toBeTypeOf('string');
    expect(exactText(one)).not.toBe(exactText(other));
  });

  test('objects of parsers that inherit from an empty object are plain', () => {
    const made = Object.assign(Object.create(Object.create(null) as object) as object, { a: '1' });
    expect(exactText(made)).toBe('{"a":"1"}');
    expect(exactText(Object.assign(Object.create(null) as object, { a: '1' }))).toBe('{"a":"1"}');
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['an instance of a class', Object.create({ asked: true })],
    ['a big integer', 1n],
    ['a list with a hole', Array.from({ length: 2 }).fill(1, 1)],
    ['a list with a name', Object.assign([1], { a: 1 })],
    ['a symbol for a name', { [Symbol('a')]: 1 }],
    ['a property that does not show', Object.defineProperty({}, 'a', { value: 1 })],
    ['what is too deep', Array.from({ length: 200 }).reduce((inner) => [inner], 1)],
  ])('%s has none', (_title, value) => {
    expect(exactText(value)).toBeUndefined();
  });
});

const hasMinusZero = (value: unknown): boolean => exactText(value) !== exactText(withoutMinusZero(value));

function withoutMinusZero(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, withoutMinusZero(member)] as const);
  return entries.reduce<object>(
    (object, [name, member]) => Object.defineProperty(object, name, { value: member, enumerable: true }),
    {},
  );
}
