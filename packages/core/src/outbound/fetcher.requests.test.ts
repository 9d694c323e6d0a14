import { describe, expect, test } from 'vitest';
import { formatHttpDate } from '../http/http-date.js';
import { startFetching } from '../testing/fetching.js';
import type { CacheMode } from './options.js';

const START = Date.UTC(2026, 0, 1);
const inSeconds = (seconds: number): string => formatHttpDate(START + seconds * 1000);

type Fields = Readonly<Record<string, string>>;

describe('the cache mode (Fetch standard)', () => {
  test.each<[CacheMode, fresh: string, stale: string, missing: string]>([
    ['default', '1 200 hit; ttl=60', '3 200 fwd=stale; stored', '4 200 fwd=miss; stored'],
    [
      'no-store',
      '2 200 fwd=request; detail=REQUEST-NO-STORE',
      '3 200 fwd=request; detail=REQUEST-NO-STORE',
      '4 200 fwd=request; detail=REQUEST-NO-STORE',
    ],
    ['reload', '2 200 fwd=request; stored', '3 200 fwd=request; stored', '4 200 fwd=request; stored'],
    ['no-cache', '2 200 fwd=request; stored', '3 200 fwd=request; stored', '4 200 fwd=miss; stored'],
    ['force-cache', '1 200 hit; ttl=60', '1 200 hit; ttl=-1', '4 200 fwd=miss; stored'],
    ['only-if-cached', '1 200 hit; ttl=60', '1 200 hit; ttl=-1', 'TypeError: fetch failed'],
  ])('%s', async (cache, fresh, stale, missing) => {
    const fetching = startFetching({ 'cache-control': 'max-age=60', etag: '"a"' });
    const ask = async (path: string): Promise<string> => fetching.get(path, { cache }).catch(String);
    await fetching.get('/fresh');
    expect(await ask('/fresh')).toBe(fresh);
    // So that the numbers below do not depend on the mode.
    fetching.asked.length = 0;
    await fetching.get('/stale');
    await fetching.get('/', { cache: 'no-store' });
    fetching.clock.advance(60_500);
    expect(await ask('/stale')).toBe(stale);
    fetching.asked.length = 3;
    expect(await ask('/missing')).toBe(missing);
  });

  test('reload asks without conditions, no-cache with them', async () => {
    const { get, asked } = startFetching({ 'cache-control': 'max-age=60', etag: '"a"' });
    await get();
    await get('/', { cache: 'reload' });
    await get('/', { cache: 'no-cache' });
    expect(asked.map(({ headers, init }) => [headers.get('if-none-match'), init.cache])).toEqual([
      [null, 'default'],
      [null, 'reload'],
      ['"a"', 'no-cache'],
    ]);
  });

  test('no-store leaves what is stored as it is', async () => {
    const { get } = startFetching({ 'cache-control': 'max-age=60' });
    await get();
    await get('/', { cache: 'no-store' });
    expect(await get()).toBe('1 200 hit; ttl=60');
  });
});

describe('Cache-Control of the request (5.2.1)', () => {
  test.each<[directive: string, seconds: number, second: string]>([
    ['max-age=20', 10, '1 200 hit; ttl=50'],
    ['max-age=20', 30, '2 200 fwd=request; stored'],
    ['min-fresh=20', 30, '1 200 hit; ttl=30'],
    ['min-fresh=20', 50, '2 200 fwd=request; stored'],
    ['max-stale=20', 70, '1 200 hit; ttl=-10'],
    ['max-stale=20', 90, '2 200 fwd=stale; stored'],
    ['no-cache', 0, '2 200 fwd=request; stored'],
    ['no-store', 0, '2 200 fwd=request; detail=REQUEST-NO-STORE'],
    ['only-if-cached', 10, '1 200 hit; ttl=50'],
    ['only-if-cached', 70, ' 504 fwd=miss; detail=ONLY-IF-CACHED'],
  ])('%s after %i s', async (directive, seconds, second) => {
    const { get, clock } = startFetching({ 'cache-control': 'max-age=60', etag: '"a"' });
    await get();
    clock.advance(seconds * 1000);
    expect(await get('/', { headers: { 'cache-control': directive } })).toBe(second);
  });

  test('max-stale does not overrule must-revalidate', async () => {
    const { get, clock } = startFetching({ 'cache-control': 'max-age=60, must-revalidate', etag: '"a"' });
    await get();
    clock.advance(61_000);
    expect(await get('/', { headers: { 'cache-control': 'max-stale' } })).toBe('2 200 fwd=stale; stored');
  });
});

describe('validation (4.3)', () => {
  test('a 304 freshens what is stored, with its fields', async () => {
    const fetching = startFetching({ 'cache-control': 'max-age=60', etag: '"a"', 'x-a': 'old' });
    await fetching.get();
    fetching.clock.advance(70_000);
    fetching.behave = ({ headers }) => ({
      status: headers.get('if-none-match') === '"a"' ? '304' : '500',
      'cache-control': 'max-age=30',
      'x-a': 'new',
    });
    const response = await fetching.fetch('https://api.example/');
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([200, 'new', '1']);
    expect(response.headers.get('cache-status')).toBe('shelflife; fwd=stale; fwd-status=304; stored');
    expect(await fetching.get()).toBe('1 200 hit; ttl=30');
    // Fetch itself would make `no-cache` of it.
    expect(fetching.asked[1]!.init.cache).toBe('force-cache');
  });

  test('Last-Modified is a validator as well', async () => {
    const { get, asked } = startFetching({ 'last-modified': inSeconds(-5) });
    await get();
    await get();
    expect(asked[1]!.headers.get('if-modified-since')).toBe(inSeconds(-5));
  });

  test('a 304 of another answer is asked for again, without conditions', async () => {
    const fetching = startFetching({ 'cache-control': 'no-cache', etag: '"a"' });
    await fetching.get();
    fetching.behave = ({ headers }) => ({
      status: headers.has('if-none-match') ? '304' : '200',
      'cache-control': 'no-cache',
      etag: '"b"',
    });
    expect(await fetching.get()).toBe('3 200 fwd=stale; stored');
  });

  test('a 304 that says no-store ends it', async () => {
    const fetching = startFetching({ 'cache-control': 'no-cache', etag: '"a"' });
    await fetching.get();
    fetching.behave = () => ({ status: '304', 'cache-control': 'no-store' });
    expect(await fetching.get()).toBe('1 200 fwd=stale; fwd-status=304; detail=NO-STORE');
    fetching.behave = () => ({});
    expect(await fetching.get()).toBe('3 200 fwd=miss; detail=NO-LIFETIME');
  });

  test.each<[Fields, string]>([
    [{ 'if-none-match': '"a"' }, 'PRECONDITION'],
    [{ 'if-modified-since': inSeconds(0) }, 'PRECONDITION'],
    [{ range: 'bytes=0-1' }, 'RANGE'],
  ])('whoever asks with %j asks the server', async (headers, reason) => {
    const { get } = startFetching({ 'cache-control': 'max-age=60' });
    await get();
    expect(await get('/', { headers })).toBe(`2 200 fwd=bypass; detail=${reason}`);
    expect(await get()).toBe('1 200 hit; ttl=60');
  });
});
