import { describe, expect, test } from 'vitest';
import { sharedCache } from '../../rule/shared-cache.js';
import { startOne } from './app.js';
import type { TestAnswer, TestHost } from './host.js';

type Fields = Readonly<Record<string, string>>;

const page = (headers: TestAnswer['headers'] = {}): TestAnswer => ({ headers, body: 'page' });

/** The Cache-Control of requests, where the rule honours it. */
export function clientDirectiveCases(host: TestHost): void {
  describe('hears the client (RFC 9111 section 5.2.1)', () => {
    // Fresh for 60 seconds and met 20 seconds later; stale ones 70 seconds later.
    test.each<[Fields, fresh: string, stale: string]>([
      [{}, 'hit', 'stale'],
      [{ 'cache-control': 'no-cache' }, 'request', 'request'],
      [{ pragma: 'no-cache' }, 'request', 'request'],
      [{ pragma: 'no-cache', 'cache-control': 'x' }, 'hit', 'stale'],
      [{ 'cache-control': 'max-age=0' }, 'request', 'request'],
      [{ 'cache-control': 'max-age=19' }, 'request', 'request'],
      [{ 'cache-control': 'max-age=20' }, 'hit', 'request'],
      [{ 'cache-control': 'min-fresh=40' }, 'hit', 'request'],
      [{ 'cache-control': 'min-fresh=41' }, 'request', 'request'],
      [{ 'cache-control': 'max-stale' }, 'hit', 'hit'],
      [{ 'cache-control': 'max-stale=10' }, 'hit', 'hit'],
      [{ 'cache-control': 'max-stale=9' }, 'hit', 'stale'],
      [{ 'cache-control': 'max-stale, no-cache' }, 'request', 'request'],
      [{ 'cache-control': 'no-store' }, 'no-store', 'no-store'],
      [{ 'cache-control': 'only-if-cached' }, 'hit', '504'],
      [{ 'cache-control': 'only-if-cached, max-stale' }, 'hit', 'hit'],
      [{ 'cache-control': 'only-if-cached, no-cache' }, '504', '504'],
    ])('%j: %s when it is fresh, %s when it is stale', async (headers, fresh, stale) => {
      for (const [seconds, outcome] of [
        [20, fresh],
        [70, stale],
      ] as const) {
        const app = await startOne(host, sharedCache, () =>
          page({ 'Cache-Control': 'max-age=60', ETag: '"a"' }),
        );
        await app.get('/');
        app.clock.advance(seconds * 1000);
        const { status, cacheStatus } = await app.get('/', headers);
        const is = {
          hit: `hit; ttl=${60 - seconds}`,
          stale: 'fwd=stale; stored',
          request: 'fwd=request; stored',
          'no-store': 'fwd=request; detail=REQUEST-NO-STORE',
          '504': 'fwd=request; detail=ONLY-IF-CACHED',
        }[outcome];
        expect([status, cacheStatus]).toEqual([outcome === '504' ? 504 : 200, is]);
      }
    });

    test('a client that insists has the stored response confirmed', async () => {
      const headers = { 'Cache-Control': 'max-age=60', ETag: '"a"' };
      const app = await startOne(host, sharedCache, (_run, req) =>
        req.headers['if-none-match'] === '"a"' ? { status: 304, headers } : page(headers),
      );
      await app.get('/');
      app.clock.advance(20_000);
      const answer = await app.get('/', { 'cache-control': 'no-cache' });
      expect([answer.status, answer.text]).toEqual([200, 'page']);
      expect(answer.cacheStatus).toBe('fwd=request; fwd-status=304; stored');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
    });

    test('41. no-store on the second of two lines counts; nothing is stored of it', async () => {
      const app = await startOne(host, sharedCache, () => page({ 'Cache-Control': 'max-age=60' }));
      const lines = ['Cache-Control: max-age=5', 'Cache-Control: no-store', 'Connection: close'];
      await app.raw(['GET / HTTP/1.1', `Host: 127.0.0.1:${app.port}`, ...lines, '', ''].join('\r\n'));
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
    });

    test.each(['must-revalidate', 'proxy-revalidate', 's-maxage=60'])(
      '44. max-stale does not overrule %s',
      async (directive) => {
        const app = await startOne(host, sharedCache, () =>
          page({ 'Cache-Control': `max-age=60, ${directive}`, ETag: '"a"' }),
        );
        await app.get('/');
        app.clock.advance(70_000);
        expect((await app.get('/', { 'cache-control': 'max-stale' })).cacheStatus).toBe('fwd=stale; stored');
      },
    );

    test('by default no client is heard', async () => {
      const app = await startOne(host, { ttl: '1m' }, () => page());
      await app.get('/');
      for (const value of ['no-cache', 'max-age=0', 'min-fresh=100', 'no-store'])
        expect((await app.get('/', { 'cache-control': value })).cacheStatus).toBe('hit; ttl=60');
      expect((await app.get('/', { pragma: 'no-cache' })).cacheStatus).toBe('hit; ttl=60');
    });
  });
}
