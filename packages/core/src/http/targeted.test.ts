import { describe, expect, test } from 'vitest';
import type { CacheControl } from './cache-control.js';
import type { Headers } from './message.js';
import { targetedControl } from './targeted.js';

// RFC 9213. Rows also from trafficserver tests/gold_tests/cache, targeted-cache-control.replay.yaml, in own words.

const NAMES = ['mine', 'cdn-cache-control'];

/** What counts, without what is false; `undefined`: Cache-Control. */
const said = (headers: Headers, names: readonly string[] = NAMES): Partial<CacheControl> | undefined => {
  const control = targetedControl(headers, names);
  return control && Object.fromEntries(Object.entries(control).filter(([, value]) => value !== false));
};

describe('which field counts (RFC 9213 section 2.2)', () => {
  const both = { mine: 'max-age=1', 'cdn-cache-control': 'max-age=2', 'cache-control': 'max-age=3' };
  test.each<[string, Headers, object | undefined]>([
    ['the first of the list', both, { maxAge: 1 }],
    ['the next when the first is absent', { ...both, mine: undefined }, { maxAge: 2 }],
    ['the next when the first is malformed', { ...both, mine: 'max-age' }, { maxAge: 2 }],
    ['the next when the first is empty', { ...both, mine: '' }, { maxAge: 2 }],
    ['Cache-Control when there is none', { 'cache-control': 'max-age=3' }, undefined],
    ['Cache-Control, not a field that is not listed', { other: 'max-age=1' }, undefined],
    [
      'all of it, whatever Cache-Control forbids',
      { mine: 'max-age=1', 'cache-control': 'no-store' },
      { maxAge: 1 },
    ],
    [
      'all of it, whatever Cache-Control allows',
      { mine: 'private', 'cache-control': 'max-age=3' },
      { private: true },
    ],
    ['also when it says nothing that is known', { mine: 'foo', 'cache-control': 'max-age=3' }, {}],
    ['several lines as one', { mine: ['max-age=1', 'no-store'] }, { maxAge: 1, noStore: true }],
  ])('%s', (_title, headers, expected) => {
    expect(said(headers)).toEqual(expected && { ...expected, targeted: true });
  });

  test('the order is that of the list, not that of the response', () => {
    expect(said(both, NAMES.toReversed())?.maxAge).toBe(2);
    expect(said(both, [])).toBeUndefined();
  });
});

describe('what a field says (RFC 9213 section 2.1)', () => {
  const revalidate = { mustRevalidate: true, proxyRevalidate: true };
  test.each<[string, object]>([
    ['max-age=60', { maxAge: 60 }],
    ['max-age=0', { maxAge: 0 }],
    ['max-age=-1', { maxAge: 0 }],
    ['max-age=99999999999', { maxAge: 2 ** 31 }],
    ['max-age=60, max-age=5', { maxAge: 5 }],
    ['max-age=5, max-age=60', { maxAge: 60 }],
    ['max-age=60;a;b="c"', { maxAge: 60 }],
    ['foo, max-age=60, bar="no-store"', { maxAge: 60 }],
    ['foo=(1 2), max-age=60', { maxAge: 60 }],
    [
      'max-age=60, stale-while-revalidate=5, stale-if-error=7',
      { maxAge: 60, staleWhileRevalidate: 5, staleIfError: 7 },
    ],
    ['max-age=60, must-revalidate', { maxAge: 60, ...revalidate }],
    ['no-store', { noStore: true }],
    ['no-store=?0, max-age=60', { maxAge: 60 }],
    ['no-cache', { noCache: true }],
    ['private, max-age=60', { private: true, maxAge: 60 }],
    ['public', { public: true }],
    ['only-if-cached, max-stale=5, min-fresh=1', {}],
  ])('%s', (value, expected) => {
    expect(said({ mine: value })).toEqual({ ...expected, targeted: true });
  });

  test('a qualified directive is read as in Cache-Control', () => {
    expect(said({ mine: 'no-cache="set-cookie", max-age=60' })?.noCache).toBe(true);
  });

  test.each([
    ['max-age="60"', 'max-age=60.0', 'max-age', 'max-age=sixty', 'max-age=(60)', 'max-age=?1', 'max-age=@60'],
    [
      'MaX-aGe=60',
      'max-age=60;a=(b)',
      'max-age =60',
      'max-age= 60',
      'max-age=60,',
      'max-age=60, &&&&&',
      'max-age=60 no-store',
    ],
    ['no-store=1, max-age=60', 'no-cache=1', 'private=yes', 'public="a"', 'must-revalidate=0', '', '  '],
  ])('does not count at all: %j', (...values) => {
    expect(values.filter((mine) => said({ mine, 'cache-control': 'max-age=3' }) !== undefined)).toEqual([]);
  });
});
