import { describe, expect, test } from 'vitest';
import { formatHttpDate } from '../../http/http-date.js';
import { startOne } from './app.js';
import type { TestResponse } from './client.js';
import type { TestAnswer, TestHost } from './host.js';
import { AFTER, BEFORE, CHANGED } from './sample-dates.js';

const RULE = { ttl: '1m' } as const;

/** An answer with everything that a 304 must repeat or must leave out (RFC 9110 section 15.4.5). */
const PAGE: TestAnswer = {
  headers: {
    ETag: '"v,1"',
    'Last-Modified': CHANGED,
    'Cache-Control': 'max-age=60',
    'Content-Location': '/page.en',
    Expires: 'Sun, 01 Feb 2026 00:00:00 GMT',
    Vary: 'Accept-Language',
    'X-Other': 'kept',
    'Content-Type': 'text/plain',
    'Content-Language': 'en',
  },
  body: 'page',
};

/** Conditions on {@link PAGE} and what they come to. */
const CONDITIONS: readonly (readonly [headers: Record<string, string>, status: number])[] = [
  [{ 'if-none-match': '"v,1"' }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"x", "v,1", "y"' }, 304],
  [{ 'if-none-match': '"x",,W/"v,1"' }, 304],
  [{ 'if-none-match': 'W/"v,1"' }, 304],
  [{ 'if-none-match': '"v"' }, 200],
  [{ 'if-none-match': '"v, 1"' }, 200],
  [{ 'if-none-match': '"x,"v,1",y"' }, 200],
  [{ 'if-none-match': '"*"' }, 200],
  [{ 'if-none-match': '' }, 200],
  [{ 'if-none-match': '"V,1"' }, 200],
  [{ 'if-modified-since': CHANGED }, 304],
  [{ 'if-modified-since': AFTER }, 304],
  [{ 'if-modified-since': 'Wednesday, 07-Jan-26 10:00:00 GMT' }, 304],
  [{ 'if-modified-since': BEFORE }, 200],
  [{ 'if-modified-since': '2026-01-07' }, 200],
  [{ 'if-modified-since': '' }, 200],
  [{ 'if-none-match': '"x"', 'if-modified-since': AFTER }, 200],
  [{ 'if-none-match': '', 'if-modified-since': AFTER }, 200],
  [{ 'if-none-match': '"v,1"', 'if-modified-since': BEFORE }, 304],
  // A client that reloads asks for a new copy, not for this cache's condition to be ignored.
  [{ 'if-none-match': '"v,1"', 'cache-control': 'no-cache' }, 304],
];

async function* inParts(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

/** Lower-case names of the fields, without those of the connection and of the framework. */
function names({ lines }: TestResponse): string[] {
  const others = new Set(['connection', 'keep-alive', 'transfer-encoding', 'x-powered-by']);
  return lines
    .flatMap((name, at) => (at % 2 === 0 ? [name.toLowerCase()] : []))
    .filter((name) => !others.has(name))
    .toSorted();
}

/** Conditional requests (RFC 9110 section 13). */
export function conditionalCases(host: TestHost): void {
  describe('conditional requests', () => {
    test.each(CONDITIONS)('%j on a hit: %i', async (headers, status) => {
      const app = await startOne(host, RULE, () => PAGE);
      await app.get('/');
      const hit = await app.get('/', headers);
      expect([hit.status, hit.cacheStatus, hit.text]).toEqual([
        status,
        'hit; ttl=60',
        status === 200 ? 'page' : '',
      ]);
      expect(app.calls()).toBe(1);
    });

    test.each(CONDITIONS)('%j on a miss: %i, and the whole answer is stored', async (headers, status) => {
      const app = await startOne(host, RULE, () => PAGE);
      const miss = await app.get('/', headers);
      expect([miss.status, miss.cacheStatus, miss.text]).toEqual([
        status,
        'fwd=miss; stored',
        status === 200 ? 'page' : '',
      ]);
      const hit = await app.get('/');
      expect([hit.status, hit.cacheStatus, hit.text]).toEqual([200, 'hit; ttl=60', 'page']);
    });

    test.each(['"v,1"', '*'])('If-None-Match: %s on a streamed miss stores the whole body', async (tag) => {
      const app = await startOne(host, RULE, () => ({ ...PAGE, body: inParts('pa', 'g', 'e') }));
      const miss = await app.get('/', { 'if-none-match': tag });
      expect([miss.status, miss.text]).toEqual([304, '']);
      const hit = await app.get('/');
      expect([hit.status, hit.cacheStatus, hit.text]).toEqual([200, 'hit; ttl=60', 'page']);
      expect(hit.headers['content-length']).toBe('4');
    });

    test.each([
      ['whole', 'page'],
      ['in parts', ['pa', 'ge']],
    ])('the handler does not see them while it fills the cache (%s)', async (_how, body) => {
      const seen: unknown[] = [];
      const app = await startOne(host, RULE, (_run, { headers }) => {
        seen.push(headers['if-none-match'], headers['if-modified-since'], headers['x-other']);
        return { ...PAGE, body: typeof body === 'string' ? body : inParts(...body) };
      });
      await app.get('/', { 'if-none-match': '"v,1"', 'if-modified-since': AFTER, 'x-other': 'seen' });
      expect(seen).toEqual([undefined, undefined, 'seen']);
    });

    test('the handler sees them when the request bypasses the cache', async () => {
      const app = await startOne(host, RULE, (_run, { headers }) => ({
        body: String(headers['if-none-match']),
      }));
      expect((await app.get('/', { 'if-none-match': '"a"', cookie: 'a=b' })).text).toBe('"a"');
    });

    test('only a 200 becomes a 304', async () => {
      const app = await startOne(host, { negativeTtl: '1m' }, () => ({ ...PAGE, status: 404 }));
      for (const expected of ['fwd=miss; stored', 'hit; ttl=60']) {
        const answer = await app.get('/', { 'if-none-match': '"v,1"' });
        expect([answer.status, answer.cacheStatus, answer.text]).toEqual([404, expected, 'page']);
      }
    });

    test('an answer that is not stored becomes a 304 as well', async () => {
      const headers = { ETag: '"a"', 'Cache-Control': 'no-store' };
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      const answer = await app.get('/', { 'if-none-match': '"a"' });
      expect([answer.status, answer.cacheStatus]).toEqual([304, 'fwd=miss; detail=NO-STORE']);
    });

    test('without Last-Modified the Date of the answer is what If-Modified-Since is compared with', async () => {
      const app = await startOne(host, RULE, () => ({ body: 'x' }));
      const { date } = (await app.get('/')).headers;
      const earlier = formatHttpDate(Date.parse(date!) - 1000);
      expect((await app.get('/', { 'if-modified-since': date! })).status).toBe(304);
      expect((await app.get('/', { 'if-modified-since': earlier })).status).toBe(200);
    });
  });

  describe('entity tags', () => {
    test('the own ETag and Last-Modified of the handler are respected, strong or weak', async () => {
      const headers = { ETag: 'W/"mine"', 'Last-Modified': CHANGED };
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      for (const answer of [await app.get('/'), await app.get('/')]) {
        expect(answer.headers).toMatchObject({ etag: 'W/"mine"', 'last-modified': CHANGED });
      }
    });

    test('a complete answer gets one, which its hits repeat and which depends on the body only', async () => {
      const app = await startOne(host, RULE, (run) => ({ body: run < 3 ? 'same' : 'other' }));
      const [miss, hit] = [await app.get('/a'), await app.get('/a')];
      expect(miss.headers['etag']).toMatch(/^W\/"[^"]+"$/);
      expect(hit.headers['etag']).toBe(miss.headers['etag']);
      expect((await app.get('/b')).headers['etag']).toBe(miss.headers['etag']);
      expect((await app.get('/c')).headers['etag']).not.toBe(miss.headers['etag']);
      expect((await app.get('/a', { 'if-none-match': miss.headers['etag']! })).status).toBe(304);
    });

    test('a streamed first answer has none, its hits do', async () => {
      const app = await startOne(host, RULE, () => ({ body: inParts('a', 'b') }));
      expect((await app.get('/')).headers).not.toHaveProperty('etag');
      const { etag } = (await app.get('/')).headers;
      expect(etag).toMatch(/^W\/"[^"]+"$/);
      expect((await app.get('/', { 'if-none-match': etag! })).status).toBe(304);
    });

    test('an answer that is not stored gets none', async () => {
      const app = await startOne(host, {}, () => ({ body: 'x' }));
      expect((await app.get('/')).headers).not.toHaveProperty('etag');
    });
  });

  describe('the fields of a 304 (RFC 9110 section 15.4.5)', () => {
    const KEPT = ['cache-control', 'cache-status', 'content-location', 'date', 'etag', 'expires'];
    const ALL = [...KEPT, 'last-modified', 'vary', 'x-other'];
    test.each([
      ['a hit', true],
      ['a miss', false],
    ])('of %s', async (_of, isHit) => {
      const app = await startOne(host, RULE, () => PAGE);
      const whole = isHit ? [await app.get('/')] : [];
      const answer = await app.get('/', { 'if-none-match': '*' });
      expect(answer.status).toBe(304);
      expect(names(answer)).toEqual([...(isHit ? ['age'] : []), ...ALL].toSorted());
      for (const { headers } of whole) expect(answer.headers['date']).toBe(headers['date']);
      expect(answer.headers).toMatchObject({ etag: '"v,1"', vary: 'Accept-Language', 'x-other': 'kept' });
    });
  });
}
