import { describe, expect, test } from 'vitest';
import { formatHttpDate } from '../http/http-date.js';
import { type Answering, startFetching } from '../testing/fetching.js';
import type { FetchOptions } from './options.js';

const START = Date.UTC(2026, 0, 1);
const inSeconds = (seconds: number): string => formatHttpDate(START + seconds * 1000);

type Fields = Readonly<Record<string, string>>;

describe('what the answer says', () => {
  test.each<[section: string, Fields, first: string, second: string]>([
    [
      '3: no lifetime, no validator',
      {},
      '1 200 fwd=miss; detail=NO-LIFETIME',
      '2 200 fwd=miss; detail=NO-LIFETIME',
    ],
    ['4.2.1 max-age', { 'cache-control': 'max-age=60' }, '1 200 fwd=miss; stored', '1 200 hit; ttl=60'],
    ['4.2.1 Expires', { expires: inSeconds(60) }, '1 200 fwd=miss; stored', '1 200 hit; ttl=60'],
    [
      '4.2.3 Age',
      { 'cache-control': 'max-age=60', age: '20' },
      '1 200 fwd=miss; stored',
      '1 200 hit; ttl=40',
    ],
    [
      '4.2.3 Date',
      { 'cache-control': 'max-age=60', date: inSeconds(-25) },
      '1 200 fwd=miss; stored',
      '1 200 hit; ttl=35',
    ],
    [
      '5.2.2.10 s-maxage is for others',
      { 'cache-control': 's-maxage=600, max-age=60' },
      '1 200 fwd=miss; stored',
      '1 200 hit; ttl=60',
    ],
    [
      '5.2.2.10 s-maxage alone says nothing',
      { 'cache-control': 's-maxage=600' },
      '1 200 fwd=miss; detail=NO-LIFETIME',
      '2 200 fwd=miss; detail=NO-LIFETIME',
    ],
    [
      '5.2.2.7 private is no obstacle',
      { 'cache-control': 'private, max-age=60' },
      '1 200 fwd=miss; stored',
      '1 200 hit; ttl=60',
    ],
    [
      '5.2.2.5 no-store',
      { 'cache-control': 'no-store, max-age=60' },
      '1 200 fwd=miss; detail=NO-STORE',
      '2 200 fwd=miss; detail=NO-STORE',
    ],
    [
      '5.2.2.4 no-cache without a validator',
      { 'cache-control': 'no-cache, max-age=60' },
      '1 200 fwd=miss; detail=NO-CACHE',
      '2 200 fwd=miss; detail=NO-CACHE',
    ],
    [
      '5.2.2.4 no-cache with a validator',
      { 'cache-control': 'no-cache, max-age=60', etag: '"a"' },
      '1 200 fwd=miss; stored',
      '2 200 fwd=stale; stored',
    ],
    [
      '4.1 Vary: *',
      { 'cache-control': 'max-age=60', vary: '*' },
      '1 200 fwd=miss; detail=VARY-STAR',
      '2 200 fwd=miss; detail=VARY-STAR',
    ],
    [
      '3: any final status with a lifetime',
      { 'cache-control': 'max-age=60', status: '404' },
      '1 404 fwd=miss; stored',
      '1 404 hit; ttl=60',
    ],
    [
      '3.3: a part',
      { 'cache-control': 'max-age=60', status: '206' },
      '1 206 fwd=miss; detail=STATUS',
      '2 206 fwd=miss; detail=STATUS',
    ],
    [
      'an endless body',
      { 'cache-control': 'max-age=60', 'content-type': 'text/event-stream' },
      '1 200 fwd=miss; detail=EVENT-STREAM',
      '2 200 fwd=miss; detail=EVENT-STREAM',
    ],
    [
      '4.2.2 Last-Modified, heuristic off: confirmed',
      { 'last-modified': inSeconds(-1000) },
      '1 200 fwd=miss; stored',
      '2 200 fwd=stale; stored',
    ],
  ])('%s: %j', async (_section, fields, first, second) => {
    const { get } = startFetching(fields);
    expect(await get()).toBe(first);
    expect(await get()).toBe(second);
  });

  test('4.2.2: with heuristic a lifetime is guessed', async () => {
    const { get } = startFetching({ 'last-modified': inSeconds(-1000) }, { heuristic: true });
    await get();
    expect(await get()).toBe('1 200 hit; ttl=100');
  });

  test('4.2.3: what was on its way counts', async () => {
    const fetching = startFetching();
    fetching.behave = () => {
      fetching.clock.advance(4000);
      return { 'cache-control': 'max-age=60' };
    };
    await fetching.get();
    expect(await fetching.get()).toBe('1 200 hit; ttl=56');
  });

  test('5.1: hits tell their Age', async () => {
    const { fetch, get, clock } = startFetching({ 'cache-control': 'max-age=60', age: '5' });
    await get();
    clock.advance(7900);
    expect((await fetch('https://api.example/')).headers.get('age')).toBe('12');
  });
});

describe('what a rule of the caller’s says', () => {
  test.each<[what: string, FetchOptions, Answering, second: string]>([
    ['ttl, where the answer says nothing', { ttl: '30s' }, {}, '1 200 hit; ttl=30'],
    ['its own word wins', { ttl: '30s' }, { 'cache-control': 'max-age=5' }, '1 200 hit; ttl=5'],
    ['ttl is for good answers', { ttl: '30s' }, { status: '404' }, '2 404 fwd=miss; detail=NO-LIFETIME'],
    ['negativeTtl', { negativeTtl: '5s' }, { status: '404' }, '1 404 hit; ttl=5'],
    [
      'override',
      { ttl: '30s', override: true },
      { 'cache-control': 'no-store, no-cache, private, max-age=0', age: '100' },
      '1 200 hit; ttl=30',
    ],
    [
      'no-store wins without it',
      { ttl: '30s' },
      { 'cache-control': 'no-store' },
      '2 200 fwd=miss; detail=NO-STORE',
    ],
    [
      'maxBodySize, with a length',
      { ttl: '30s', maxBodySize: 3 },
      { 'content-length': '4' },
      '2 200 fwd=miss; detail=TOO-LARGE',
    ],
  ])('%s: %j', async (_what, options, fields, second) => {
    const { get } = startFetching(fields, options);
    await get();
    expect(await get()).toBe(second);
  });

  test('tags, listed and of the answer, reach it; so do its URL as a key and a dependency', async () => {
    const { get, cache } = startFetching(
      { 'x-id': '7' },
      {
        ttl: '1h',
        tags: (url, { headers }) => [new URL(url).pathname.slice(1), `id:${String(headers['x-id'])}`],
      },
    );
    cache.depends('rates', 'bank');
    for (const target of [
      { tags: ['rates'] },
      { tags: ['id:7'] },
      { tags: ['bank'] },
      { keys: ['https://api.example/rates'] },
    ]) {
      await get('/rates');
      expect(await get('/rates')).toContain('hit');
      await cache.invalidate(target);
      expect(await get('/rates')).toContain('fwd=miss');
    }
  });

  test('tags that throw are an event; the answer is not stored', async () => {
    const { get, cache } = startFetching({}, { ttl: '1h', tags: () => [''] });
    const messages: string[] = [];
    cache.on('rule-failed', ({ error }) => void messages.push(error.message));
    expect(await get()).toBe('1 200 fwd=miss; detail=RULE-FUNCTION');
    expect(messages[0]).toContain('fetcher().tags');
  });

  test.each([
    [{ tll: '5m' }, /unknown option. Did you mean 'ttl'/],
    [{ override: true }, /fetcher\(\).ttl: expected a duration/],
    [{ ttl: 5 }, /fetcher\(\).ttl/],
    [{ fetch: 'x' }, /fetcher\(\).fetch/],
    [{ ignoreHeaders: 'x' }, /fetcher\(\).ignoreHeaders/],
    [{ scope: 1 }, /fetcher\(\).scope/],
  ])('%j is refused', (options, message) => {
    expect(() => startFetching({}, options as never)).toThrow(message);
  });
});
