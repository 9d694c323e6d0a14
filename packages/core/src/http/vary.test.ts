import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Headers } from './message.js';
import { isCorsReflection, variantOf, varyNames } from './vary.js';

describe('varyNames (RFC 9110 section 12.5.5)', () => {
  test.each<[string | string[] | undefined, readonly string[] | '*']>([
    [undefined, []],
    ['', []],
    ['Accept', ['accept']],
    ['B, a ,A', ['a', 'b']],
    [
      ['Accept', 'Origin'],
      ['accept', 'origin'],
    ],
    ['*', '*'],
    ['*, *', '*'],
    [', *', '*'],
    [['', '*'], '*'],
    ['*, Foo', '*'],
    ['Foo, *', '*'],
    ['"a, *"', '*'],
    ['a b', '*'], // cannot be read, so cannot be matched
    ['Accept;q=1', '*'],
    ['\u00A0Cookie', '*'],
    ['__proto__', ['__proto__']],
  ])('%j: %j', (vary, expected) => {
    expect(varyNames({ vary })).toEqual(expected);
  });

  test('a name of 200 characters is a name', () => {
    expect(varyNames({ vary: 'x'.repeat(200) })).toEqual(['x'.repeat(200)]);
  });
});

describe('variantOf (RFC 9111 section 4.1)', () => {
  const variant = (a: string | string[] | undefined): string => variantOf(['a'], { a });

  test.each<[string, string | string[], string | string[]]>([
    ['white space around commas', 'x,y', ' x ,\ty'],
    ['lines and a list', ['x', 'y'], 'x, y'],
  ])('%s makes no difference', (_what, one, other) => {
    expect(variant(one)).toBe(variant(other));
  });

  test.each<[string, string | string[] | undefined, string | string[] | undefined]>([
    ['absent and empty', undefined, ''],
    ['absent and a dash', undefined, '-'],
    ['letter case', 'X', 'x'],
    ['order', 'x, y', 'y, x'],
    ['an empty member', 'x,,y', 'x,y'],
    ['two lines and one word (K08)', ['x', 'y'], 'xy'],
    ['white space inside quotes', '"x, y"', '"x,y"'],
    ['white space inside a member', 'x y', 'xy'],
  ])('%s: two variants', (_what, one, other) => {
    expect(variant(one)).not.toBe(variant(other));
  });

  test('languages, codings and charsets have no letter case, and an order that may count', () => {
    for (const name of ['accept-language', 'accept-encoding', 'accept-charset']) {
      const of = (value: string): string => variantOf([name], { [name]: value });
      expect(of('EN, de;q=0.5')).toBe(of('en,De;Q=0.5'));
      expect(of('en, de')).not.toBe(of('de, en'));
    }
  });

  test('differs whenever a value differs', () => {
    const value = fc.option(fc.string({ unit: fc.constantFrom('a', ':', '1', '-', ';') }), {
      nil: undefined,
    });
    const values = fc.tuple(value, value);
    const of = ([a, b]: [string | undefined, string | undefined]): string => variantOf(['a', 'b'], { a, b });
    fc.assert(
      fc.property(values, values, (one, other) => {
        expect(of(one) === of(other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a name of Object.prototype is absent like any other (K06)', () => {
    expect(variantOf(['constructor', '__proto__'], {})).toBe('11:constructor-9:__proto__-');
  });
});

test.each<[Headers, Headers, boolean]>([
  // attacks.md P23
  [{ origin: 'https://a' }, { 'access-control-allow-origin': 'https://a' }, true],
  [{ origin: 'null' }, { 'access-control-allow-origin': 'null' }, true],
  [{ origin: 'https://a' }, { 'access-control-allow-origin': 'https://a', vary: 'Accept' }, true],
  [{ origin: 'https://a' }, { 'access-control-allow-origin': 'https://a', vary: 'Accept, Origin' }, false],
  [{ origin: 'https://a' }, { 'access-control-allow-origin': 'https://a', vary: '*' }, false],
  [{ origin: 'https://a' }, { 'access-control-allow-origin': 'https://b' }, false],
  [{ origin: 'https://a' }, { 'access-control-allow-origin': '*' }, false],
  [{ origin: 'https://a' }, {}, false],
  [{}, { 'access-control-allow-origin': 'https://a' }, false],
])('request %j, response %j: a reflection is %j', (request, response, expected) => {
  expect(isCorsReflection(request, response)).toBe(expected);
});
