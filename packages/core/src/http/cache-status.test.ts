import { expect, test } from 'vitest';
import { type CacheState, formatCacheStatus, REASONS } from './cache-status.js';

test.each<[CacheState, string]>([
  // RFC 9211 2.1 to 2.8
  [{ hit: true, ttl: 57 }, 'shelflife; hit; ttl=57'],
  [{ hit: true, ttl: 57.9 }, 'shelflife; hit; ttl=57'],
  [{ hit: true, ttl: -0.1 }, 'shelflife; hit; ttl=-1'], // stale
  [{ hit: true, ttl: -3, detail: 'STALE-IF-ERROR' }, 'shelflife; hit; ttl=-3; detail=STALE-IF-ERROR'],
  [{ hit: true, ttl: 5, collapsed: true }, 'shelflife; hit; ttl=5; collapsed'],
  [{ hit: false, fwd: 'miss', stored: true }, 'shelflife; fwd=miss; stored'],
  [{ hit: false, fwd: 'vary-miss', stored: false, detail: undefined }, 'shelflife; fwd=vary-miss'],
  [{ hit: false, fwd: 'bypass', detail: 'AUTHORIZATION' }, 'shelflife; fwd=bypass; detail=AUTHORIZATION'],
  [
    { hit: false, fwd: 'stale', fwdStatus: 200, stored: true, collapsed: true },
    'shelflife; fwd=stale; fwd-status=200; stored; collapsed',
  ],
])('%j', (state, expected) => {
  expect(formatCacheStatus('shelflife', state)).toBe(expected);
});

test.each([
  ['shop-1', 'shop-1'],
  ['my cache', '"my cache"'],
  ['1st', '"1st"'],
  ['', '""'],
  [String.raw`a"b\c`, String.raw`"a\"b\\c"`],
  ['caf\u00E9\r\nX: 1', '"caf???X: 1"'],
])('a cache named %j is written %s (RFC 9651)', (name, expected) => {
  expect(formatCacheStatus(name, { hit: true, ttl: 1 })).toBe(`${expected}; hit; ttl=1`);
});

test('every reason is a token of structured fields, listed once', () => {
  expect(REASONS.filter((reason) => !/^[A-Z][A-Z-]*$/.test(reason))).toEqual([]);
  expect(new Set(REASONS).size).toBe(REASONS.length);
});
