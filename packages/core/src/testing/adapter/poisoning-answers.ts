import { describe, expect, test } from 'vitest';
import { startOne } from './app.js';
import type { TestAnswer, TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

/** attacks.md 2.2: an attacker makes the handler give an answer that should not be kept for others. */
export function poisoningAnswerCases(host: TestHost): void {
  describe('poisoning through errors and partial answers', () => {
    test.each([400, 431])(
      'P15 a header of 12 KB that the handler rejects with %i is not stored',
      async (status) => {
        const app = await startOne(host, { ...RULE, negativeTtl: '1m' }, (_run, { headers }) =>
          headers['x-large'] === undefined ? { body: 'page' } : { status, body: 'too large' },
        );
        const large = `X-Large: ${'a'.repeat(12 * 1024)}\r\n`;
        const text = await app.raw(
          `GET /p HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nConnection: close\r\n${large}\r\n`,
        );
        expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        expect(text).toContain('shelflife; fwd=miss; detail=NO-LIFETIME');
        const victim = await app.get('/p');
        expect([victim.status, victim.text, victim.cacheStatus]).toEqual([200, 'page', 'fwd=miss; stored']);
      },
    );

    test.each([400, 403, 404, 405, 410, 414, 429, 500, 501, 502, 503, 504])(
      'P17 a %i is gone with the next request',
      async (status) => {
        const app = await startOne(host, RULE, (run) => ({ status: run === 1 ? status : 200, body: 'page' }));
        expect((await app.get('/p')).status).toBe(status);
        const victim = await app.get('/p');
        expect([victim.status, victim.cacheStatus]).toEqual([200, 'fwd=miss; stored']);
      },
    );

    test.each<[title: string, answer: TestAnswer]>([
      ['204', { status: 204 }],
      ['205', { status: 205 }],
      ['an empty 200', { body: '' }],
      ['an empty 203', { status: 203, body: new Uint8Array(0) }],
      ['a 200 of no parts', { body: (async function* () {})() }],
      [
        'a 200 of empty parts',
        {
          body: (async function* () {
            yield '';
            yield '';
          })(),
        },
      ],
    ])('P18 %s is not stored', async (_title, answer) => {
      const app = await startOne(host, RULE, (run) => (run === 1 ? answer : { body: 'page' }));
      expect((await app.get('/p')).text).toBe('');
      const victim = await app.get('/p');
      expect([victim.status, victim.text, victim.cacheStatus]).toEqual([200, 'page', 'fwd=miss; stored']);
    });

    test('P20 a part of a page is not stored for the whole, and asking for a part first stores the whole', async () => {
      const app = await startOne(host, RULE, (_run, { headers }) =>
        headers['range'] === undefined
          ? { body: 'page' }
          : { status: 206, headers: { 'Content-Range': 'bytes 0-0/4' }, body: 'p' },
      );
      for (const status of ['fwd=miss; stored', 'hit; ttl=60']) {
        const part = await app.get('/p', { range: 'bytes=0-0' });
        expect([part.status, part.text, part.cacheStatus]).toEqual([206, 'p', status]);
        const whole = await app.get('/p');
        expect([whole.status, whole.text]).toEqual([200, 'page']);
      }
      expect(app.calls()).toBe(1);
    });
  });

  describe('what a client may not ask of the cache', () => {
    test.each<[headers: Record<string, string>]>([
      [{ 'cache-control': 'no-cache' }],
      [{ 'cache-control': 'no-store' }],
      [{ 'cache-control': 'max-age=0' }],
      [{ 'cache-control': 'min-fresh=99999999' }],
      [{ pragma: 'no-cache' }],
      [{ 'x-apicache-bypass': 'true' }],
      [{ 'x-apicache-force-fetch': 'true' }],
      [{ 'x-shelflife-bypass': '1' }],
      [{ 'x-cache-bypass': '1' }],
      [{ 'x-refresh': '1' }],
      [{ purpose: 'prefetch' }],
    ])('P26 %j does not force the handler to run', async (headers) => {
      const app = await startOne(host, RULE, (run) => ({ body: String(run) }));
      for (let request = 0; request < 5; request++) expect((await app.get('/p', headers)).text).toBe('1');
      expect((await app.get('/p')).cacheStatus).toBe('hit; ttl=60');
    });

    test.each<[title: string, answer: TestAnswer]>([
      ['a stale answer', {}],
      [
        'a stale answer that says must-revalidate',
        { headers: { 'Cache-Control': 'max-age=60, must-revalidate' } },
      ],
      ['an answer with a cookie', { headers: { 'Set-Cookie': 's=1' } }],
      ['an answer that says no-store', { headers: { 'Cache-Control': 'no-store' } }],
    ])('P27 max-stale does not get %s', async (_title, answer) => {
      const app = await startOne(host, RULE, (run) => ({ ...answer, body: String(run) }));
      await app.get('/p');
      app.clock.advance(60_000);
      for (const [at, control] of ['max-stale', 'max-stale=99999999'].entries()) {
        const { text, cacheStatus } = await app.get('/p', { 'cache-control': control });
        expect([text, cacheStatus]).toEqual([String(at + 2), expect.stringMatching(/^fwd=/)]);
        app.clock.advance(60_000);
      }
      const cachedOnly = await app.get('/p', { 'cache-control': 'max-stale=99999999, only-if-cached' });
      expect(cachedOnly.status).toBe(504);
    });
  });

  describe('P28 Cache-Control as it comes', () => {
    test.each<[control: string | readonly string[], expected: number | string]>([
      ['No-Store', 'NO-STORE'],
      ['NO-STORE', 'NO-STORE'],
      ['no-store;', 'NO-STORE'],
      ['no-store=1', 'NO-STORE'],
      ['max-age=60;no-store', 'NO-STORE'],
      ['max-age=60 no-store', 'NO-STORE'],
      ["'no-store'", 'NO-STORE'],
      ['"no-store"', 'NO-STORE'],
      ['\u00a0no-store', 'NO-STORE'],
      ['PRIVATE', 'PRIVATE'],
      ['private=""', 'PRIVATE'],
      ['private="x"', 'PRIVATE'],
      ['private="x", private', 'PRIVATE'],
      ['private=x', 'PRIVATE'],
      ['public, private', 'PRIVATE'],
      ['max-age=60, x="open, private', 'PRIVATE'],
      [['max-age=60', 'private'], 'PRIVATE'],
      [['private', 'max-age=60'], 'PRIVATE'],
      ['No-Cache="Set-Cookie"', 'NO-CACHE'],
      ['max-age=0600', 600],
      ['max-age="600"', 600],
      ['MAX-AGE=600', 600],
      ['max-age=600, max-age=30', 30],
      [['max-age=600', 'max-age=30'], 30],
      ['s-maxage=-1', 'NO-LIFETIME'],
      ['s-maxage=-1, max-age=60', 'NO-LIFETIME'],
      ['max-age=1.5', 'NO-LIFETIME'],
      ['max-age=abc', 'NO-LIFETIME'],
      ['max-age', 'NO-LIFETIME'],
      ['max-age=', 'NO-LIFETIME'],
      ['max-age=99999999999999999999', 2 ** 31],
      ['', 60],
      [',,,', 60],
      ['x-unknown', 60],
      ['x="no-store, private"', 60],
      ['not-no-store', 60],
      ['a'.repeat(10_000), 60],
      [`${'a, '.repeat(3300)}max-age=30`, 30],
      [`${'a, '.repeat(3300)}private`, 'PRIVATE'],
      [`x="${'\\"'.repeat(5000)}`, 60],
      [`x="${'a, '.repeat(3300)}no-store`, 'NO-STORE'],
    ])('%s', async (control, expected) => {
      const headers = { 'Cache-Control': control };
      const app = await startOne(host, RULE, () => ({ headers, body: 'x' }));
      const answers = [await app.get('/p'), await app.get('/p')].map(({ cacheStatus }) => cacheStatus);
      expect(answers).toEqual(
        typeof expected === 'number'
          ? ['fwd=miss; stored', `hit; ttl=${expected}`]
          : Array(2).fill(`fwd=miss; detail=${expected}`),
      );
    });
  });
}
