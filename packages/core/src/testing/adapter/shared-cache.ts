import { describe, expect, test } from 'vitest';
import { formatHttpDate } from '../../http/http-date.js';
import { sharedCache } from '../../rule/shared-cache.js';
import { startOne } from './app.js';
import type { TestAnswer, TestHost } from './host.js';

const NOW = Date.UTC(2026, 0, 1);
const inSeconds = (seconds: number): string => formatHttpDate(NOW + seconds * 1000);

type Fields = Readonly<Record<string, string>>;

const page = (headers: TestAnswer['headers'] = {}, status = 200): TestAnswer => ({
  status,
  headers,
  body: 'page',
});

/** The preset `sharedCache`: a plain shared cache (RFC 9111), driven by the fields of the messages. */
export function sharedCacheCases(host: TestHost): void {
  describe('sharedCache', () => {
    describe('stores what says so itself', () => {
      test.each<[status: number, Fields, outcome: string]>([
        // No lifetime, no validator.
        [200, {}, 'NO-LIFETIME'],
        [200, { 'Cache-Control': 'max-age=10' }, 'hit; ttl=10'],
        [200, { Expires: inSeconds(10) }, 'hit; ttl=10'],
        // Section 3: any final status with a lifetime of its own.
        [302, { 'Cache-Control': 'max-age=10' }, 'hit; ttl=10'],
        [404, { 'Cache-Control': 'max-age=10' }, 'hit; ttl=10'],
        [503, { 'Cache-Control': 'max-age=10' }, 'hit; ttl=10'],
        [599, { 'Cache-Control': 'max-age=10' }, 'hit; ttl=10'],
        // Section 4.2.2: guessed for some.
        [200, { 'Last-Modified': inSeconds(-1000) }, 'hit; ttl=100'],
        [404, { 'Last-Modified': inSeconds(-1000) }, 'hit; ttl=100'],
        [403, { 'Last-Modified': inSeconds(-1000) }, 'NO-LIFETIME'],
        [403, { 'Last-Modified': inSeconds(-1000), 'Cache-Control': 'public' }, 'hit; ttl=100'],
        [200, { 'Last-Modified': inSeconds(-1000), 'Cache-Control': 'max-age=7' }, 'hit; ttl=7'],
        // report.md 43
        [200, { 'Last-Modified': '2025-12-31' }, 'NO-LIFETIME'],
        [200, { 'Last-Modified': inSeconds(-1000), Expires: '0' }, 'never fresh'],
        // Section 5.2.2
        [200, { 'Cache-Control': 'max-age=10, no-store' }, 'NO-STORE'],
        [200, { 'Cache-Control': 'max-age=10, private' }, 'PRIVATE'],
        [200, { 'Cache-Control': 'max-age=10, no-store, must-understand' }, 'hit; ttl=10'],
        [599, { 'Cache-Control': 'max-age=10, must-understand' }, 'STATUS'],
        [200, { 'Cache-Control': 'max-age=10, no-cache' }, 'NO-CACHE'],
        // report.md 38
        [200, { 'Cache-Control': 'no-cache="set-cookie" x, no-store', ETag: '"a"' }, 'NO-STORE'],
        [200, { 'Cache-Control': 'private="x-a, max-age=10' }, 'PRIVATE'],
        [200, { 'Cache-Control': 'max-age=10', 'Set-Cookie': 'a=1' }, 'SET-COOKIE'],
      ])('%i %j: %s', async (status, headers, outcome) => {
        const app = await startOne(host, sharedCache, () => page(headers, status));
        const [first, second] = [await app.get('/'), await app.get('/')];
        const isStored = outcome === 'never fresh' || outcome.startsWith('hit');
        expect(first.cacheStatus).toBe(isStored ? 'fwd=miss; stored' : `fwd=miss; detail=${outcome}`);
        expect(second.cacheStatus.startsWith('hit') ? second.cacheStatus : 'no hit').toBe(
          outcome.startsWith('hit') ? outcome : 'no hit',
        );
        expect(app.calls()).toBe(outcome.startsWith('hit') ? 1 : 2);
      });

      test('no cookie of the request stands in the way, Authorization does', async () => {
        const app = await startOne(host, sharedCache, () => page({ 'Cache-Control': 'max-age=10' }));
        await app.get('/', { cookie: 'a=1' });
        expect((await app.get('/', { cookie: 'a=2' })).cacheStatus).toBe('hit; ttl=10');
        expect((await app.get('/a', { authorization: 'x' })).cacheStatus).toBe(
          'fwd=miss; detail=AUTHORIZATION',
        );
      });

      test('40. a broken s-maxage does not open an answer to a request with Authorization to all', async () => {
        const app = await startOne(host, sharedCache, () =>
          page({ 'Cache-Control': 's-maxage=abc, max-age=60' }),
        );
        for (const _ of [1, 2])
          expect((await app.get('/', { authorization: 'x' })).cacheStatus).toContain('AUTHORIZATION');
      });
    });

    describe('has confirmed on every use', () => {
      test.each([
        ['no-cache', { 'Cache-Control': 'no-cache, max-age=60' }],
        ['max-age=0', { 'Cache-Control': 'max-age=0' }],
        ['no lifetime', {}],
      ])('%s with a validator', async (_what, fields) => {
        const headers = { ETag: '"a"', ...fields };
        const app = await startOne(host, sharedCache, (run, req) =>
          req.headers['if-none-match'] === '"a"'
            ? { status: 304, headers: { ...headers, 'X-Run': String(run) } }
            : page(headers),
        );
        await app.get('/');
        for (const run of [2, 3]) {
          const answer = await app.get('/');
          expect([answer.status, answer.text, answer.headers['x-run']]).toEqual([200, 'page', String(run)]);
          expect(answer.cacheStatus).toBe('fwd=stale; fwd-status=304; stored');
        }
      });

      test('58. those who come at the same time are not served one by one, and not with the answer of another', async () => {
        const headers = { ETag: '"a"', 'Cache-Control': 'no-cache' };
        const app = await startOne(host, sharedCache, (run) => ({ ...page(headers), body: `run ${run}` }));
        const answers = await Promise.all(['/', '/', '/', '/'].map((path) => app.get(path)));
        expect(new Set(answers.map(({ text }) => text)).size).toBe(4);
      });

      test('no-cache is not overruled by max-stale, nor by an error', async () => {
        const headers = { ETag: '"a"', 'Cache-Control': 'no-cache' };
        const app = await startOne(host, sharedCache, (run) => (run === 1 ? page(headers) : { status: 503 }));
        await app.get('/');
        expect((await app.get('/', { 'cache-control': 'max-stale' })).status).toBe(503);
        expect((await app.get('/', { 'cache-control': 'only-if-cached, max-stale' })).status).toBe(504);
      });
    });

    describe('withholds the fields that no-cache and private name', () => {
      const CONTROL = { 'Cache-Control': 'max-age=10, private="X-User", no-cache="x-other"' };
      test('37. hits come without them', async () => {
        const app = await startOne(host, sharedCache, () =>
          page({ ...CONTROL, 'X-User': 'a', 'X-Other': 'b', 'X-C': 'c' }),
        );
        expect((await app.get('/')).headers).toMatchObject({ 'x-user': 'a', 'x-other': 'b' });
        const { headers, cacheStatus } = await app.get('/');
        expect([headers['x-user'], headers['x-other'], headers['x-c']]).toEqual([undefined, undefined, 'c']);
        expect(cacheStatus).toBe('hit; ttl=10');
      });

      test('37. a 304 that begins to name a field does not show that of the stored response', async () => {
        const app = await startOne(host, sharedCache, (run) =>
          run === 1
            ? page({ ETag: '"a"', 'Cache-Control': 'max-age=10', 'X-User': 'a' })
            : { status: 304, headers: CONTROL },
        );
        await app.get('/');
        app.clock.advance(11_000);
        for (const answer of [await app.get('/'), await app.get('/')]) {
          expect(answer.text).toBe('page');
          expect(answer.headers).not.toHaveProperty('x-user');
        }
        expect(app.calls()).toBe(2);
      });
    });

    describe('stands in for errors for an hour', () => {
      test.each([
        ['the handler answers 503', (): TestAnswer => ({ status: 503 })],
        [
          'the handler fails',
          (): TestAnswer => {
            throw new Error('the origin is gone');
          },
        ],
      ])('%s', async (_how, fail) => {
        const app = await startOne(host, sharedCache, (run) =>
          run === 1 ? page({ 'Cache-Control': 'max-age=10' }) : fail(),
        );
        await app.get('/');
        app.clock.advance(3_600_000);
        expect(await app.get('/')).toMatchObject({ status: 200, text: 'page' });
        app.clock.advance(10_000);
        expect((await app.get('/')).status).toBeGreaterThanOrEqual(500);
      });
    });

    describe('storeSetCookie', () => {
      const headers = { 'Set-Cookie': ['a=1', 'b=2'], 'Cache-Control': 'max-age=10' };
      test('gives everybody the cookie of a response with a lifetime of its own', async () => {
        const app = await startOne(host, { ...sharedCache, storeSetCookie: true }, () => page(headers));
        await app.get('/');
        const hit = await app.get('/');
        expect([hit.cacheStatus, hit.headers['set-cookie']]).toEqual(['hit; ttl=10', 'a=1, b=2']);
      });

      test.each([
        ['a ttl of the rule', { ttl: '1m' }, { 'Set-Cookie': 'a=1' }],
        ['a guessed lifetime', {}, { 'Set-Cookie': 'a=1', 'Last-Modified': inSeconds(-1000) }],
      ] as const)('%s is not enough', async (_what, rule, fields) => {
        const app = await startOne(host, { ...sharedCache, ...rule, storeSetCookie: true }, () =>
          page(fields),
        );
        expect((await app.get('/')).cacheStatus).toBe('fwd=miss; detail=SET-COOKIE');
      });

      test('rules without it do not read what it has stored', async () => {
        const store = new Map<string, Uint8Array>();
        const app = await startOne(host, { ...sharedCache, storeSetCookie: true }, () => page(headers), {
          store: {
            get: async (key) => store.get(key),
            set: async (key, bytes) => void store.set(key, bytes),
            delete: async (key) => void store.delete(key),
          },
        });
        await app.get('/');
        expect([...store.values()].some((bytes) => Buffer.from(bytes).includes('a=1'))).toBe(false);
        const careful = app.cache.rule({ cookies: 'ignore' });
        const asked = {
          method: 'GET',
          url: '/',
          headers: {},
          authority: `127.0.0.1:${app.port}`,
          scheme: 'http',
        };
        const outcome = await app.cache.open(asked, careful);
        expect(outcome.action).toBe('forward');
        if (outcome.action === 'forward') outcome.capture?.abandon();
      });
    });
  });
}
