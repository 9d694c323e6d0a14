import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { type App, startOne } from './app.js';
import type { TestResponse } from './client.js';
import type { TestHost, TestRequest } from './host.js';

const CONTROL = ['cdn-cache-control', 'surrogate-control'];
const TAGS = ['cache-groups', 'surrogate-key', 'cache-tag', 'xkey', 'edge-cache-tag', 'cdn-tag'];

/** What a response tells CDNs: the fields that are there. */
function toldIn({ headers }: TestResponse): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => [...CONTROL, ...TAGS].includes(name)));
}

/** A miss and the hit after it, which must tell CDNs the same. */
async function told(app: App, path = '/', headers = {}): Promise<Readonly<Record<string, string>>> {
  const [miss, hit] = [await app.get(path, headers), await app.get(path, headers)];
  expect(hit.cacheStatus).toMatch(/^hit/);
  expect(toldIn(hit)).toEqual(toldIn(miss));
  return toldIn(hit);
}

const RULE = {
  ttl: '1m',
  cdn: { maxAge: '1h', swr: '30s', tags: ['Surrogate-Key'] },
  tags: ['a', 'b'],
} as const;
const LONG = 'max-age=3600, stale-while-revalidate=30';
const ALL = { 'cdn-cache-control': LONG, 'surrogate-control': LONG, 'surrogate-key': 'a b' };

/** Rule option `cdn`: what is told of which answers. The forms of single fields are tested in `http/cdn.test.ts`. */
export function cdnCases(host: TestHost): void {
  describe('what CDNs are told', () => {
    test('lifetimes and tags, on misses and hits', async () => {
      const app = await startOne(host, RULE, (_run, _req, cache) => {
        cache.tag('c');
        return { body: 'x' };
      });
      expect(await told(app)).toEqual({ ...ALL, 'surrogate-key': 'a b c' });
    });

    test('tags: true: in the fields of all CDNs', async () => {
      const app = await startOne(host, { ...RULE, cdn: { tags: true } }, () => ({ body: 'x' }));
      expect(Object.keys(await told(app)).toSorted()).toEqual(TAGS.toSorted());
    });

    test('of a body in parts too, as far as it is known when its head is sent', async () => {
      const app = await startOne(host, RULE, (run, _req, cache) => {
        async function* body(): AsyncGenerator<string> {
          yield String(run);
          cache.tag('late');
        }
        return { body: body() };
      });
      expect(await told(app)).toEqual(ALL);
      await app.cache.invalidate({ tags: ['late'] });
      expect((await app.get('/')).text).toBe('2');
    });

    test('a 304 of the cache repeats it', async () => {
      const app = await startOne(host, RULE, () => ({ headers: { ETag: '"1"' }, body: 'x' }));
      await app.get('/');
      const response = await app.get('/', { 'if-none-match': '"1"' });
      expect([response.status, toldIn(response)]).toEqual([304, ALL]);
    });

    test.each<[string, Readonly<Record<string, string>>, object]>([
      [
        'CDN-Cache-Control',
        { 'CDN-Cache-Control': 'max-age=5' },
        { 'cdn-cache-control': 'max-age=5', 'surrogate-key': 'a b' },
      ],
      ['a field of tags', { 'Surrogate-Key': 'mine' }, { ...ALL, 'surrogate-key': 'mine' }],
      ['s-maxage', { 'Cache-Control': 's-maxage=60' }, { 'surrogate-key': 'a b' }],
    ])('what the handler says itself stays: %s', async (_title, headers, expected) => {
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      expect(await told(app)).toEqual(expected);
    });

    test.each<[string, Readonly<Record<string, string>>]>([
      ['private', { 'Cache-Control': 'private, max-age=60' }],
      ['no-store', { 'Cache-Control': 'no-store' }],
      ['Set-Cookie', { 'Set-Cookie': 'id=1' }],
      ['Vary: *', { Vary: '*' }],
    ])('nothing of an answer that is not stored: %s', async (_title, headers) => {
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      expect(toldIn(await app.get('/'))).toEqual({});
    });

    const PUBLIC = { 'Cache-Control': 'public, max-age=60' };
    test.each<[string, Rule<TestRequest>, Readonly<Record<string, string>>]>([
      ['a user context', { by: (req) => String(req.headers['x-role']) }, { 'x-role': 'admin' }],
      [
        'a key of its own',
        { key: (req) => [req.url!, String(req.headers['x-role'])] },
        { 'x-role': 'admin' },
      ],
      ['cookies', { cookies: { allow: ['plan'] } }, { cookie: 'plan=pro' }],
    ])('nothing where the key holds %s, unless the answer says it is public', async (_title, rule, asked) => {
      const app = await startOne(host, { ...RULE, ...rule }, (_run, { url }) => ({
        headers: url === '/public' ? PUBLIC : {},
        body: 'x',
      }));
      expect(await told(app, '/', asked)).toEqual({});
      expect(await told(app, '/public', asked)).toEqual(ALL);
    });

    test('nothing of an answer to a request with Authorization, unless it says it is public', async () => {
      const app = await startOne(host, RULE, (_run, { url }) => ({
        headers: url === '/public' ? PUBLIC : {},
        body: 'x',
      }));
      expect(toldIn(await app.get('/', { authorization: 'Bearer a' }))).toEqual({});
      expect(toldIn(await app.get('/public', { authorization: 'Bearer a' }))).toEqual(ALL);
    });

    test.each<[string, Rule<TestRequest>, Readonly<Record<string, string>>]>([
      ['must be confirmed on every use', {}, { 'Cache-Control': 'no-cache' }],
      ['was never fresh', {}, { 'Cache-Control': 'max-age=0, stale-while-revalidate=60' }],
      [
        'keeps a field for its client',
        {},
        { 'Cache-Control': 'max-age=60, private="x-user"', 'X-User': 'a' },
      ],
      ['sets a cookie', { storeSetCookie: true }, { 'Cache-Control': 'max-age=60', 'Set-Cookie': 'a=b' }],
    ])('nothing of an answer that is stored but %s', async (_title, rule, headers) => {
      const app = await startOne(host, { ...RULE, storing: 'rfc9111', ...rule }, () => ({
        headers: { ...headers, ETag: '"1"' },
        body: 'x',
      }));
      for (const status of [/stored$/, /stored$|^hit/]) {
        const response = await app.get('/');
        expect(response.cacheStatus).toMatch(status);
        expect(toldIn(response)).toEqual({});
      }
    });

    test.each(['private', 'no-store', 'no-cache'])(
      'nothing of an answer that says %s to all but this cache',
      async (control) => {
        const rule = { ...RULE, targeted: ['My-Cache-Control'] };
        const app = await startOne(host, rule, (_run, { url }) => ({
          headers: {
            'My-Cache-Control': 'public, max-age=60',
            'Cache-Control': control,
            ...(url === '/own' && { 'CDN-Cache-Control': 'max-age=5' }),
          },
          body: 'x',
        }));
        expect(await told(app)).toEqual({});
        // Who speaks to CDNs itself wants them to know the tags.
        expect(await told(app, '/own')).toEqual({ 'cdn-cache-control': 'max-age=5', 'surrogate-key': 'a b' });
      },
    );

    test('all of it again when the handler has confirmed the answer, without saying its tags again', async () => {
      const app = await startOne(host, RULE, (_run, req, cache) => {
        if (req.headers['if-none-match'] !== undefined) return { status: 304 };
        cache.tag('c');
        return { headers: { ETag: '"1"' }, body: 'x' };
      });
      await app.get('/');
      app.clock.advance(90_000);
      for (const status of [/^fwd=stale; fwd-status=304; stored$/, /^hit; ttl=60$/]) {
        const response = await app.get('/');
        expect(response.cacheStatus).toMatch(status);
        expect(toldIn(response)).toEqual({ ...ALL, 'surrogate-key': 'a b c' });
      }
    });

    test('Vary names what the key holds of the request, so that CDNs keep it apart too', async () => {
      const rule = { ...RULE, vary: ['accept-language'] };
      const app = await startOne(host, rule, (_run, { headers, url }) => ({
        headers: {
          Vary: 'Accept',
          ...(url === '/cors' && { 'Access-Control-Allow-Origin': String(headers['origin']) }),
        },
        body: String(headers['accept-language']),
      }));
      await told(app, '/', { 'accept-language': 'de' });
      const hit = await app.get('/', { 'accept-language': 'de' });
      expect([hit.cacheStatus, hit.headers['vary']]).toEqual(['hit; ttl=60', 'Accept, accept-language']);
      expect((await app.get('/', { 'accept-language': 'fr' })).text).toBe('fr');
      const reflected = await app.get('/cors', { origin: 'https://a.example' });
      expect(reflected.headers['vary']).toBe('Accept, accept-language, origin');
    });

    test('nothing more than that it is stale, of a stale answer', async () => {
      const app = await startOne(host, { ...RULE, swr: '1m' }, () => ({ body: 'x' }));
      expect(await told(app)).toEqual(ALL);
      await app.cache.invalidate({ tags: ['a'], mode: 'stale' });
      const stale = await app.get('/');
      expect(stale.cacheStatus).toBe('hit; ttl=0');
      const over = { 'cdn-cache-control': 'max-age=0', 'surrogate-control': 'max-age=0' };
      expect(toldIn(stale)).toEqual({ ...ALL, ...over });
    });

    test.each([
      ['no-store', { 'cdn-cache-control': 'no-store', 'surrogate-control': 'no-store' }],
      ['drop', { 'cdn-cache-control': 'max-age=3600', 'surrogate-control': 'max-age=3600' }],
    ] as const)('more tags than a CDN reads: %s, and an event', async (overLimit, control) => {
      const tags = Array.from({ length: 40 }, (_, at) => `${'x'.repeat(30)}${at}`);
      const cdn = { maxAge: '1h', tags: ['CDN-Tag'], overLimit } as const;
      const app = await startOne(host, { ttl: '1m', tags, cdn }, () => ({ body: 'x' }));
      const { 'cdn-tag': sent, ...rest } = await told(app);
      expect(rest).toEqual(control);
      expect(sent).toBe(tags.slice(0, 31).join(','));
      expect(app.events).toContainEqual({ type: 'cdn-limit', url: '/', field: 'CDN-Tag', dropped: 9 });
    });

    test('browsers are told what query says, when the handler did not', async () => {
      const rule = { ttl: '1m', query: { ignore: ['ref'] }, noVarySearch: true } as const;
      const app = await startOne(host, rule, (run, { url }) => ({
        headers: url!.startsWith('/own') ? { 'No-Vary-Search': 'params' } : {},
        body: `${run} ${url}`,
      }));
      const field = 'key-order, params=("ref")';
      for (const path of ['/?a=1&b=2&ref=x', '/?b=2&ref=y&a=1', '/?a=1&b=2']) {
        const { headers, text } = await app.get(path);
        expect([text, headers['no-vary-search']]).toEqual(['1 /?a=1&b=2', field]);
      }
      for (const path of ['/own?a=1', '/own?a=2']) {
        const { headers, text } = await app.get(path);
        expect(headers['no-vary-search']).toBe('params');
        // What a handler says of its URLs when it has answered comes too late: it has read all of this one.
        expect(text).toContain(path);
      }
    });
  });
}
