import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import type { TestAnswer, TestHost } from './host.js';
import { AFTER, BEFORE, CHANGED } from './sample-dates.js';

const RULE = { ttl: '1m' } as const;

const PAGE: TestAnswer = {
  headers: {
    ETag: '"v1"',
    'Last-Modified': CHANGED,
    'Cache-Control': 'public, max-age=60',
    'Content-Type': 'text/plain',
  },
  body: 'page',
};

/** Preconditions on {@link PAGE} and what they come to (RFC 9110 sections 13.1.1, 13.1.4 and 13.2.2). */
const PRECONDITIONS: readonly (readonly [headers: Record<string, string>, status: number])[] = [
  [{ 'if-match': '"v1"' }, 200],
  [{ 'if-match': '*' }, 200],
  [{ 'if-match': '"v0", "v1"' }, 200],
  [{ 'if-match': '"v2"' }, 412],
  [{ 'if-match': 'W/"v1"' }, 412],
  [{ 'if-unmodified-since': CHANGED }, 200],
  [{ 'if-unmodified-since': AFTER }, 200],
  [{ 'if-unmodified-since': BEFORE }, 412],
  [{ 'if-unmodified-since': 'yesterday' }, 200],
  // If-Match beats If-Unmodified-Since, and both come before the conditions that make a 304.
  [{ 'if-match': '"v1"', 'if-unmodified-since': BEFORE }, 200],
  [{ 'if-match': '"v2"', 'if-unmodified-since': AFTER }, 412],
  [{ 'if-match': '"v2"', 'if-none-match': '"v1"' }, 412],
  [{ 'if-match': '"v1"', 'if-none-match': '"v1"' }, 304],
  [{ 'if-unmodified-since': BEFORE, 'if-modified-since': AFTER }, 412],
];

/** If-Match and If-Unmodified-Since on what the cache answers. */
export function preconditionCases(host: TestHost): void {
  describe('If-Match and If-Unmodified-Since (RFC 9110 section 13.2.2)', () => {
    test.each(PRECONDITIONS)('%j: %i on a miss, which is stored, and on a hit', async (headers, status) => {
      const seen: unknown[] = [];
      const app = await startOne(host, RULE, (_run, req) => {
        seen.push(req.headers['if-match'], req.headers['if-unmodified-since']);
        return PAGE;
      });
      for (const cacheStatus of ['fwd=miss; stored', 'hit; ttl=60']) {
        const answer = await app.get('/', headers);
        expect([answer.status, answer.cacheStatus, answer.text]).toEqual([
          status,
          cacheStatus,
          status === 200 ? 'page' : '',
        ]);
      }
      expect(seen).toEqual([undefined, undefined]);
      const head = await app.send('HEAD', '/', headers);
      expect([head.status, head.text]).toEqual([status, '']);
      expect((await app.get('/')).text).toBe('page');
    });

    test('a 412 is not for other caches to keep, and has no body', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      for (const _ of [1, 2]) {
        const { status, headers } = await app.get('/', { 'if-match': '"v2"' });
        expect([status, headers['cache-control'], headers['content-length']]).toEqual([412, 'no-store', '0']);
        expect(headers).toMatchObject({ etag: '"v1"' });
        expect(headers).not.toHaveProperty('content-type');
      }
    });

    test('a tag that the cache made is weak and matches nothing', async () => {
      const app = await startOne(host, RULE, () => ({ body: 'page' }));
      const tag = (await app.get('/')).headers['etag']!;
      expect((await app.get('/', { 'if-match': tag })).status).toBe(412);
      expect((await app.get('/', { 'if-match': '*' })).status).toBe(200);
    });

    test('without Last-Modified there is nothing to compare a date with', async () => {
      const app = await startOne(host, RULE, () => ({ body: 'page' }));
      for (const _ of [1, 2])
        expect((await app.get('/', { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).status).toBe(
          200,
        );
    });

    test('an error is not replaced', async () => {
      const app = await startOne(host, { negativeTtl: '1m' }, () => ({ ...PAGE, status: 404 }));
      for (const _ of [1, 2]) expect((await app.get('/', { 'if-match': '"v2"' })).status).toBe(404);
    });

    test('an answer that is not stored is replaced as well', async () => {
      const headers = { ETag: '"v1"', 'Cache-Control': 'no-store' };
      const app = await startOne(host, RULE, () => ({ headers, body: 'page' }));
      const answer = await app.get('/', { 'if-match': '"v2"' });
      expect([answer.status, answer.text, answer.cacheStatus]).toEqual([
        412,
        '',
        'fwd=miss; detail=NO-STORE',
      ]);
    });

    test('a streamed answer is replaced, and stored whole', async () => {
      const app = await startOne(host, RULE, () => ({
        ...PAGE,
        body: (async function* parts() {
          yield 'pa';
          yield 'ge';
        })(),
      }));
      const answer = await app.get('/', { 'if-match': '"v2"' });
      expect([answer.status, answer.text]).toEqual([412, '']);
      const hit = await app.get('/');
      expect([hit.text, hit.cacheStatus]).toEqual(['page', 'hit; ttl=60']);
    });
  });
}
