import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatString,
  type InnerList,
  type Item,
  parseDictionary,
  parseItem,
  parseList,
} from './structured.js';

// RFC 9651. All 1,591 vectors of httpwg/structured-field-tests run with `npm run conformance -- --structured <checkout>`.

/** A member as text: `integer:60;a=boolean:true`. */
function words(member: Item | InnerList): string {
  const own = 'items' in member ? `(${member.items.map(words).join(' ')})` : word(member.bare);
  return [own, ...[...member.parameters].map(([key, bare]) => `${key}=${word(bare)}`)].join(';');
}

const word = ({ type, value }: Item['bare']): string => `${type}:${String(value)}`;

const dictionary = (text: string): Record<string, string> | undefined => {
  const members = parseDictionary(text);
  return members && Object.fromEntries([...members].map(([key, member]) => [key, words(member)]));
};

describe('dictionaries (RFC 9651 section 3.2)', () => {
  test.each<[string, Record<string, string> | undefined]>([
    ['', {}],
    ['   ', {}],
    ['max-age=60', { 'max-age': 'integer:60' }],
    ['  max-age=60  ', { 'max-age': 'integer:60' }],
    ['no-store', { 'no-store': 'boolean:true' }],
    ['a=1,b=2 ,\tc=3', { a: 'integer:1', b: 'integer:2', c: 'integer:3' }],
    ['a=1, a=2', { a: 'integer:2' }],
    ['a;x;y=2', { a: 'boolean:true;x=boolean:true;y=integer:2' }],
    ['a=(1 2);x', { a: '(integer:1 integer:2);x=boolean:true' }],
    ['params=("b" "c"), except=()', { params: '(string:b string:c)', except: '()' }],
    ['*a.b_c-d=1', { '*a.b_c-d': 'integer:1' }],
    ['a=@12,b', { a: 'date:12', b: 'boolean:true' }],
    ['a=@12;x', { a: 'date:12;x=boolean:true' }],
    ['A=1', undefined],
    ['1a=1', undefined],
    ['a=', undefined],
    ['a =1', undefined],
    ['a= 1', undefined],
    ['a=1 b=2', undefined],
    ['a=1,', undefined],
    [',a=1', undefined],
    ['a=1,,b=2', undefined],
    ['\ta=1', undefined],
    ['a=1;', undefined],
    ['a=1;X=2', undefined],
    ['a=(1', undefined],
    ['a=(1,2)', undefined],
    ['a=("b""c")', undefined],
    ['a=é', undefined],
    ['__proto__=1', undefined],
  ])('%s', (text, expected) => {
    expect(dictionary(text)).toEqual(expected);
  });

  test('a key may be the name of a property that every object has', () => {
    expect([...parseDictionary('constructor=1')!.keys()]).toEqual(['constructor']);
  });
});

describe('items (RFC 9651 section 3.3)', () => {
  test.each([
    ['60', 'integer:60'],
    ['-0060', 'integer:-60'],
    ['999999999999999', 'integer:999999999999999'],
    ['60.0', 'decimal:60'],
    ['123456789012.125', 'decimal:123456789012.125'],
    ['"a \\"b\\" \\\\"', 'string:a "b" \\'],
    ['""', 'string:'],
    ['text/html', 'token:text/html'],
    ['*a:b', 'token:*a:b'],
    ['?0', 'boolean:false'],
    [':aGk=:', 'bytes:hi'],
    ['@-5', 'date:-5'],
    ['%"f%c3%bc"', 'display-string:fü'],
  ])('%s is %s', (text, expected) => {
    expect(words(parseItem(text)!)).toBe(expected);
  });

  test.each([
    ['', '1000000000000000', '1234567890123.0', '1.', '1.1234', '.5', '+1', '--1', '-', '1 1'],
    ['"a', 'a"', '"\\n"', '"ü"', '"a\tb"', "'a'", '?', '?2', '?10', '@1.5', '@', ':aGk=', ':a b:'],
    ['%"%C3%BC"', '%"%ff"', '%"ü"', '(1)', '{}', '#', '\u00A01', '1\u00A0', '1\n'],
  ])('nothing else is one: %j', (...texts) => {
    expect(texts.filter((text) => parseItem(text) !== undefined)).toEqual([]);
  });
});

describe('lists (RFC 9651 section 3.1)', () => {
  test.each<[string, readonly string[] | undefined]>([
    ['', []],
    ['"a", "b"', ['string:a', 'string:b']],
    ['"a";x=1,b', ['string:a;x=integer:1', 'token:b']],
    ['"a, b"', ['string:a, b']],
    ['"a" "b"', undefined],
    ['"a",', undefined],
    ['"a", b c', undefined],
  ])('%s', (text, expected) => {
    expect(parseList(text)?.map(words)).toEqual(expected);
  });

  test('one that is longer than 64 KiB is not read', () => {
    const long = Array.from({ length: 4000 }, (_, at) => `"group number ${at}"`).join(', ');
    expect(parseList(long.slice(0, long.lastIndexOf(',', 65_000)))).toHaveLength(3148);
    expect(parseList(long)).toBeUndefined();
  });
});

test('a String comes back as it was written, and only printable ASCII is one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      const written = formatString(text);
      const read = written === undefined ? undefined : parseItem(written)?.bare;
      expect(read).toEqual(/[^ -~]/.test(text) ? undefined : { type: 'string', value: text });
    }),
  );
  expect(formatString('ü')).toBeUndefined();
});

test('nothing makes a parser throw or take more than linear time', () => {
  const pieces = fc.constantFrom(
    'a',
    '=',
    ',',
    ';',
    '(',
    ')',
    '"',
    '\\',
    ' ',
    '\t',
    ':',
    '@',
    '?1',
    '%"',
    '%c3',
    '1',
    '.',
    '-',
    '*',
    'ü',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      for (const parse of [parseDictionary, parseList, parseItem]) parse(text);
    }),
    { numRuns: 2000 },
  );
  for (const part of ['"\\', 'a=', 'a,', '((', '1', ' a', '"a" ', '%"%'])
    expect(parseList(part.repeat(16_000))).toBeUndefined();
});
