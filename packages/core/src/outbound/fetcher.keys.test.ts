import { describe, expect, test } from 'vitest';
import { startFetching } from '../testing/fetching.js';
import type { FetchInit, FetchOptions } from './options.js';

describe('who gets what', () => {
  const FRESH = { 'cache-control': 'max-age=60' };

  test.each<[what: string, FetchInit, FetchInit]>([
    ['Authorization', { headers: { authorization: 'a' } }, { headers: { authorization: 'b' } }],
    ['Authorization and none', { headers: { authorization: 'a' } }, {}],
    ['Cookie', { headers: { cookie: 'a=1' } }, { headers: { cookie: 'a=2' } }],
    [
      'a header that may be a credential',
      { headers: { 'x-anything': 'a' } },
      { headers: { 'x-anything': 'b' } },
    ],
    [
      'a value that looks like another header',
      { headers: { a: '1', b: '2' } },
      { headers: { a: '12', b: '' } },
    ],
    ['how redirects are taken', {}, { redirect: 'manual' }],
  ])('%s tells apart', async (_what, one, other) => {
    const { get } = startFetching(FRESH);
    expect(await get('/', one)).toBe('1 200 fwd=miss; stored');
    expect(await get('/', other)).toBe('2 200 fwd=miss; stored');
    expect(await get('/', one)).toBe('1 200 hit; ttl=60');
  });

  test('the key holds no credential', async () => {
    const { get, cache } = startFetching(FRESH, {}, { memory: { maxSize: '16kb', maxEntries: 1 } });
    const keys: string[] = [];
    cache.on('evicted', ({ key }) => void keys.push(key));
    for (const path of ['/', '/b', '/c']) await get(path, { headers: { authorization: 'secret' } });
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain('secret');
  });

  test.each(['traceparent', 'x-request-id', 'user-agent', 'accept-language', 'x-mine'])(
    '%s does not',
    async (name) => {
      const { get } = startFetching(FRESH, { ignoreHeaders: ['X-Mine'] });
      await get('/', { headers: { [name]: 'a' } });
      expect(await get('/', { headers: { [name]: 'b' } })).toBe('1 200 hit; ttl=60');
    },
  );

  test('4.1: but what Vary names does', async () => {
    const { get } = startFetching(
      { ...FRESH, vary: 'Accept-Language, X-Mine' },
      { ignoreHeaders: ['x-mine'] },
    );
    const ask = (language: string, mine = ''): Promise<string> =>
      get('/', { headers: { 'accept-language': language, 'x-mine': mine } });
    expect(await ask('de')).toBe('1 200 fwd=miss; stored');
    expect(await ask('en')).toBe('2 200 fwd=vary-miss; stored');
    expect(await ask('de', 'a')).toBe('3 200 fwd=vary-miss; stored');
    expect(await ask('de')).toBe('1 200 hit; ttl=60');
    expect(await ask('EN')).toBe('2 200 hit; ttl=60');
  });

  test('scope tells apart what other means fetch', async () => {
    const { cache, get } = startFetching(FRESH);
    await get();
    const other = cache.fetcher({ scope: 'b', fetch: async () => new Response('other') });
    expect(await (await other('https://api.example/')).text()).toBe('other');
  });

  test.each<[string, FetchOptions]>([
    ['what ignores a header', { ignoreHeaders: ['x-user'] }],
    ['what overrides', { override: true, ttl: '1h' }],
  ])('%s has stored is for functions that do so', async (_what, options) => {
    const { cache, get } = startFetching(
      options.override === true ? { 'cache-control': 'no-store' } : FRESH,
      options,
    );
    await get('/', { headers: { 'x-user': 'a' } });
    const other = cache.fetcher({ fetch: async () => new Response('other') });
    expect(await (await other('https://api.example/')).text()).toBe('other');
  });

  test('a fragment does not count, the query does, and Request, URL and text are one', async () => {
    const { get, fetch, asked } = startFetching(FRESH);
    await get('/?a=1#x');
    expect(await get('/?a=1#y')).toContain('hit');
    await fetch(new URL('https://API.example:443/?a=1'));
    await fetch(new Request('https://api.example/?a=1'));
    expect(asked.length).toBe(1);
    expect(await get('/?a=2')).toContain('miss');
  });

  test('nothing of a response the application serves under the same URL', async () => {
    const { cache, get } = startFetching(FRESH);
    await get();
    const view = { method: 'GET', url: '/', authority: 'api.example', scheme: 'https', headers: {} };
    expect((await cache.open(view, cache.rule({ ttl: '1h' }))).action).toBe('forward');
  });

  test('7.3: Set-Cookie reaches the one who asked, and is not replayed', async () => {
    const { fetch } = startFetching({ ...FRESH, 'set-cookie': 'a=1' });
    expect((await fetch('https://api.example/')).headers.getSetCookie()).toEqual(['a=1']);
    expect((await fetch('https://api.example/')).headers.getSetCookie()).toEqual([]);
  });
});
