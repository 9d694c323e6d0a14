import { describe, expect, test } from 'vitest';
import { type Answering, startFetching } from '../testing/fetching.js';
import { pass, settle } from '../testing/step.js';
import type { FetchOptions } from './options.js';

type Fields = Readonly<Record<string, string>>;

describe('stale answers (RFC 5861)', () => {
  test.each<[what: string, FetchOptions, Fields]>([
    ['the answer', {}, { 'cache-control': 'max-age=10, stale-while-revalidate=60' }],
    ['the rule', { swr: '60s' }, { 'cache-control': 'max-age=10' }],
  ])('are served while a new one is fetched: says %s', async (_who, options, fields) => {
    const { get, clock, asked } = startFetching(fields, options);
    await get();
    clock.advance(20_000);
    const stale = '1 200 hit; ttl=-10';
    expect(await Promise.all([get(), get()])).toEqual([stale, stale]);
    await settle();
    expect(await get()).toBe('2 200 hit; ttl=10');
    expect(asked.length).toBe(2);
    clock.advance(71_000);
    expect(await get()).toBe('3 200 fwd=miss; stored');
  });

  test.each<[what: string, () => Answering]>([
    ['503', () => ({ status: '503' })],
    [
      'the network',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('stand in for an error: %s, and spare the server for a moment', async (what, behave) => {
    const fetching = startFetching({ 'cache-control': 'max-age=10' }, { staleIfError: '1h' });
    await fetching.get();
    fetching.clock.advance(20_000);
    fetching.behave = behave;
    const status = what === '503' ? '; fwd-status=503' : '';
    expect(await fetching.get()).toBe(`1 200 fwd=stale${status}; detail=STALE-IF-ERROR`);
    expect(await fetching.get()).toBe('1 200 hit; ttl=-10; detail=STALE-IF-ERROR');
    expect(fetching.asked.length).toBe(2);
    fetching.clock.advance(1000);
    await fetching.get();
    expect(fetching.asked.length).toBe(3);
    fetching.clock.advance(3_600_000);
    expect(await fetching.get().catch(String)).toMatch(/ 503 fwd=|TypeError: fetch failed/);
  });

  test('not where must-revalidate forbids it, nor for whoever wants it now, nor after an invalidation', async () => {
    const fetching = startFetching(
      { 'cache-control': 'max-age=10, must-revalidate', etag: '"a"' },
      { staleIfError: '1h' },
    );
    await fetching.get('/strict');
    fetching.behave = () => ({ 'cache-control': 'max-age=10' });
    await fetching.get('/lax');
    fetching.clock.advance(11_000);
    fetching.behave = () => ({ status: '500' });
    expect(await fetching.get('/strict')).toContain('500 fwd=stale');
    expect(await fetching.get('/lax', { cache: 'no-cache' })).toContain('500 fwd=request');
    await fetching.cache.invalidate({ keys: ['https://api.example/lax'] });
    expect(await fetching.get('/lax')).toContain('500 fwd=miss');
  });

  test('a refresh that fails is an event, and is not tried at once again', async () => {
    const fetching = startFetching({ 'cache-control': 'max-age=10' }, { swr: '1h' });
    await fetching.get();
    fetching.clock.advance(20_000);
    fetching.behave = () => Promise.reject(new Error('down'));
    const failed: unknown[] = [];
    fetching.cache.on('load-failed', ({ error }) => void failed.push(error));
    for (const _ of [1, 2, 3]) {
      expect(await fetching.get()).toBe('1 200 hit; ttl=-10');
      await settle();
    }
    expect([fetching.asked.length, failed.length]).toEqual([2, 1]);
  });
});

describe('refreshes', () => {
  test('are bounded: of a hundred stale answers 64 are fetched at once; close() ends them', async () => {
    const fetching = startFetching({ 'cache-control': 'max-age=10' }, { swr: '1h' });
    const paths = Array.from({ length: 100 }, (_, at) => `/${at}`);
    await Promise.all(paths.map((path) => fetching.get(path)));
    fetching.clock.advance(20_000);
    fetching.behave = ({ init }) =>
      new Promise((_, reject) => init.signal!.addEventListener('abort', () => reject(new Error('aborted'))));
    for (const answer of await Promise.all(paths.map((path) => fetching.get(path))))
      expect(answer).toContain('hit; ttl=-10');
    expect(fetching.asked.length).toBe(164);
    await fetching.cache.close();
    expect(fetching.asked.filter(({ init }) => init.signal!.aborted).length).toBeGreaterThanOrEqual(64);
  });

  test('that bring what cannot be stored are not tried at once again', async () => {
    const fetching = startFetching({ 'cache-control': 'max-age=10' }, { swr: '1h' });
    await fetching.get();
    fetching.clock.advance(20_000);
    fetching.behave = () => ({ 'cache-control': 'no-store' });
    for (const _ of [1, 2, 3]) {
      expect(await fetching.get()).toBe('1 200 hit; ttl=-10');
      await settle();
    }
    expect(fetching.asked.length).toBe(2);
  });

  test('that take too long are ended, and tried again', async () => {
    const fetching = startFetching({ 'cache-control': 'max-age=10' }, { swr: '1h' });
    await fetching.get();
    fetching.clock.advance(20_000);
    fetching.behave = ({ init }) =>
      new Promise((_, reject) => init.signal!.addEventListener('abort', () => reject(new Error('aborted'))));
    await fetching.get();
    await pass(fetching.clock, 30_000, 5000);
    expect(fetching.asked[1]!.init.signal!.aborted).toBe(true);
    fetching.clock.advance(1000);
    fetching.behave = () => ({ 'cache-control': 'max-age=10' });
    await fetching.get();
    await settle();
    expect(await fetching.get()).toBe('3 200 hit; ttl=10');
  });
});

describe('other methods (4.4)', () => {
  const FRESH = { 'cache-control': 'max-age=60' };

  test.each<[method: string, Fields, fate: string]>([
    ['POST', {}, 'gone'],
    ['PUT', { status: '204' }, 'gone'],
    ['DELETE', { status: '303', location: '/x' }, 'gone'],
    ['POST', { status: '400' }, 'there'],
    ['POST', { status: '500' }, 'there'],
    ['OPTIONS', {}, 'there'],
  ])('after %s with %j it is %s', async (method, fields, fate) => {
    const fetching = startFetching(FRESH);
    await fetching.get('/a?x=1');
    await fetching.get('/b');
    fetching.behave = () => (fields['status'] === '204' ? new Response(null, { status: 204 }) : fields);
    await fetching.fetch('https://api.example/a', { method });
    fetching.behave = () => FRESH;
    expect(await fetching.get('/a?x=1')).toContain(fate === 'gone' ? 'fwd=miss' : 'hit');
    expect(await fetching.get('/b')).toContain('hit');
  });

  test('what Location and Content-Location name on the same origin is gone, too', async () => {
    const fetching = startFetching(FRESH);
    for (const path of ['/b', '/c', '/d']) await fetching.get(path);
    fetching.behave = () => ({ location: '/b', 'content-location': 'https://api.example/c' });
    await fetching.fetch('https://api.example/a', { method: 'POST' });
    fetching.behave = () => FRESH;
    for (const [path, said] of [
      ['/b', 'miss'],
      ['/c', 'miss'],
      ['/d', 'hit'],
    ] as const)
      expect(await fetching.get(path)).toContain(said);
  });

  test('HEAD is answered from GET, and fills nothing', async () => {
    const { get } = startFetching(FRESH);
    expect(await get('/', { method: 'HEAD' })).toContain('fwd=miss');
    expect(await get()).toBe('2 200 fwd=miss; stored');
    expect(await get('/', { method: 'head' })).toBe(' 200 hit; ttl=60');
  });

  test('after close() all goes to the server', async () => {
    const { get, cache } = startFetching(FRESH);
    await get();
    await cache.close();
    expect(await get()).toBe('2 200 none');
  });
});
