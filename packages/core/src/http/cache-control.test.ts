import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growthBeyondLinear } from '../testing/linear.js';
import { type CacheControl, parseCacheControl } from './cache-control.js';

const NOTHING = parseCacheControl(undefined);
const forbidsStoring = (control: CacheControl): boolean =>
  control.noStore || control.private || control.noCache;

describe('well-formed fields', () => {
  test.each<[string, Partial<CacheControl>]>([
    ['', {}],
    ['public, max-age=60', { public: true, maxAge: 60 }],
    ['s-maxage=10,max-age=5', { sMaxage: 10, maxAge: 5 }],
    ['Max-Age="60"', { maxAge: 60 }], // RFC 9111 5.2: both forms
    ['max-age=0600', { maxAge: 600 }],
    ['max-age=99999999999999999999', { maxAge: 2 ** 31 }], // RFC 9111 1.2.2
    ['stale-while-revalidate=30, stale-if-error=40', { staleWhileRevalidate: 30, staleIfError: 40 }],
    ['must-revalidate', { mustRevalidate: true, proxyRevalidate: true }],
    ['proxy-revalidate', { proxyRevalidate: true }],
    ['only-if-cached', { onlyIfCached: true }],
    // RFC 9111 5.2.2.4, 5.2.2.7: only these fields
    ['private="x, Y"', { private: true, privateFields: ['x', 'y'] }],
    ['no-cache="set-cookie"', { noCache: true, noCacheFields: ['set-cookie'] }],
    ['no-cache="a", No-Cache="b"', { noCache: true, noCacheFields: ['a', 'b'] }],
    ['private="a", no-cache', { private: true, privateFields: ['a'], noCache: true }],
    // RFC 9111 5.2.2.3
    ['must-understand, no-store', { mustUnderstand: true, noStore: true }],
    ['must-understand=1, no-store', { noStore: true }],
    // RFC 9111 5.2.1.2, 5.2.1.3
    ['max-stale', { maxStale: Infinity }],
    ['max-stale=30, min-fresh="10"', { maxStale: 30, minFresh: 10 }],
    ['max-stale=, min-fresh', { maxStale: 0, minFresh: 0 }],
    ['max-stale, max-stale=5', { maxStale: 5 }],
    ['no-store, no-cache, private', { noStore: true, noCache: true, private: true }],
    ['ext="max-age=3600", max-age=1', { maxAge: 1 }],
    ['ext="no-store, private"', {}],
    [String.raw`ext="a\", no-store"`, {}],
    ['x-private, no-storage, xno-store', {}],
    ['constructor, __proto__=1', {}],
  ])('%s', (value, expected) => {
    expect(parseCacheControl(value)).toEqual({ ...NOTHING, ...expected });
  });
});

describe('hostile fields (P28)', () => {
  test.each<[string, Partial<CacheControl>]>([
    ['No-Store', { noStore: true }],
    ['PRIVATE', { private: true }],
    ['private=""', { private: true }],
    ['private="x", private', { private: true }],
    ['private, private="x"', { private: true }],
    ['private="x", private=, private="y"', { private: true }],
    ['no-cache="x\u00A0y"', { noCache: true }],
    ['no-cache="x, no-store"', { noCache: true, noStore: true }],
    ['no-cache="x, Cache-Control"', { noCache: true }], // what the cache itself goes by
    ['no-cache="content-length"', { noCache: true }],
    ['no-cache=x', { noCache: true }],
    ['private="x', { private: true }],
    ['private = "x"', { private: true }],
    ['private=', { private: true }],
    ['no-store;', { noStore: true }],
    ['no-store=1', { noStore: true }],
    ['=no-store', { noStore: true }],
    ['max-age=60, private', { maxAge: 60, private: true }], // two lines, joined
    ['max-age=60 private', { maxAge: 0, private: true }],
    ['max-age=60; private', { maxAge: 0, private: true }],
    ['max-age="60, private', { maxAge: 0, private: true }],
    ['max-age="private"', { maxAge: 0, private: true }],
    ['no-cache="set-cookie" garbage, no-store', { noCache: true, noStore: true }],
    ['ext="x" garbage no-store', { noStore: true }],
    ['ext="a, x="no-store, y"', { noStore: true }],
    ['ext="open, no-store', { noStore: true }],
    [String.raw`ext="C:\", no-store`, { noStore: true }],
    [`ext='a, no-store'`, { noStore: true }], // single quotes are not quotes
    ['ext=private', { private: true }],
    [`'no-cache="x"`, { noCache: true }],
    ['\u00A0no-store', { noStore: true }],
    ['max-age=60\u00A0no-store', { maxAge: 0, noStore: true }],
    ['no-\u00A0store', { noStore: true }],
    ['no-sto\0re', { noStore: true }],
    ['max-age=60, must-revalidate;', { maxAge: 60, proxyRevalidate: true }], // forbids stale, vouches for nothing
    ['public;', {}],
    ['public=1', {}],
  ])('%j', (value, expected) => {
    expect(parseCacheControl(value)).toEqual({ ...NOTHING, ...expected });
  });

  test.each(['-1', '1.5', 'abc', '', '+5', '0x10', '1e3', '60s', `'60'`, '""', '"60', ' 60', '６０'])(
    'a lifetime of %j is stale',
    (text) => {
      expect(parseCacheControl(`max-age=${text}`).maxAge).toBe(0);
      expect(parseCacheControl(`s-maxage=${text}`).sMaxage).toBe(0);
    },
  );

  test.each(['max-age', 'max-age =60', 'max-age:60'])('%s is stale', (value) => {
    expect(parseCacheControl(value).maxAge).toBe(0);
  });

  test.each(['max-age=1, max-age=1800', 'max-age=1800, max-age=1', 'max-age=1800, MAX-AGE="1"'])(
    '%s: the smaller lifetime counts',
    (value) => {
      expect(parseCacheControl(value).maxAge).toBe(1);
    },
  );

  test.each([
    ['quotes', '', '"', ''],
    ['backslashes', 'ext="\\', '\\', ''],
    ['spaces', 'no-store', ' ', 'x'],
    ['commas', '', ',', ''],
    ['one long name', '', 'a', ''],
    ['dashes', 'max-age=', 'no-', ''],
    ['one long quoted string', 'ext="', String.raw`\"`, '"'],
  ])('much of %s is read in linear time', (_what, start, piece, end) => {
    const read = (pieces: number): unknown => parseCacheControl(`${start}${piece.repeat(pieces)}${end}`);
    expect(growthBeyondLinear(read)).toBeLessThan(1);
  });
});

describe('properties', () => {
  const RESTRICTIVE = [
    'no-store',
    'private',
    'no-cache',
    'No-Store',
    'PRIVATE',
    'private="x-user"',
    'no-cache=""',
  ];
  const restrictive = fc.constantFrom(...RESTRICTIVE);
  const other = fc.constantFrom(
    'public',
    'max-age=60',
    's-maxage="10"',
    'ext',
    'ext="a, b"',
    'immutable',
    '',
  );
  const members = fc.array(other, { maxLength: 4 });
  // What stands between directives in a mutated field: anything but what would make another word of it.
  const signs = ",;=!#$%&'*+.^`|~/()[]{}?:<>@ \t\\\u00A0\u0000\u00E9".split('');
  const noise = fc.string({ unit: fc.constantFrom(...signs), maxLength: 6 });

  test('it never throws and gives whole lifetimes between 0 and 2^31', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(other, restrictive, noise)).map(String),
    );
    fc.assert(
      fc.property(anything, (value) => {
        const {
          maxAge = 0,
          sMaxage = 0,
          staleIfError = 0,
          staleWhileRevalidate = 0,
        } = parseCacheControl(value);
        for (const seconds of [maxAge, sMaxage, staleIfError, staleWhileRevalidate])
          expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= 2 ** 31).toBe(true);
      }),
    );
  });

  test('a restrictive directive forbids storing whatever noise surrounds it', () => {
    fc.assert(
      fc.property(members, noise, restrictive, noise, members, (before, left, directive, right, after) => {
        const field = [...before, `${left}${directive}${right}`, ...after].join(',');
        expect(forbidsStoring(parseCacheControl(field))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('quotes hide it only as the closed argument of a directive', () => {
    const pieces = fc.constantFrom('"', '"', '\\', ',', '=', '="', ' ', 'ext', 'max-age', ';', '\u00A0');
    const text = fc.array(pieces, { maxLength: 8 }).map((all) => all.join(''));
    const word = fc.constantFrom('no-store', 'private', 'no-cache');
    fc.assert(
      fc.property(text, word, text, (before, directive, after) => {
        fc.pre(!before.includes('="') || !after.includes('"'));
        expect(forbidsStoring(parseCacheControl(`${before} ${directive} ${after}`))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('adding a member never makes a response more storable or longer fresh', () => {
    const member = fc.oneof(restrictive, other, noise, fc.string());
    fc.assert(
      fc.property(fc.array(fc.oneof(restrictive, other)), member, (known, more) => {
        const before = parseCacheControl(known.join(', '));
        const after = parseCacheControl([...known, more].join(', '));
        expect(forbidsStoring(after) || !forbidsStoring(before)).toBe(true);
        expect(after.maxAge ?? Infinity).toBeLessThanOrEqual(before.maxAge ?? Infinity);
        expect(after.sMaxage ?? Infinity).toBeLessThanOrEqual(before.sMaxage ?? Infinity);
      }),
      { numRuns: 1_000 },
    );
  });
});
