import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { startOne } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;

async function* inParts(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

/** What may be stored, and what of it (RFC 9111 section 3; design.md section 5). */
export function storingCases(host: TestHost): void {
  /** Asks twice; what the cache says of both answers. */
  async function twice(
    answer: TestAnswer,
    rule: Rule<TestRequest> = RULE,
  ): Promise<readonly [first: string, second: string]> {
    const app = await startOne(host, rule, () => answer);
    const [first, second] = [await app.get('/'), await app.get('/')];
    for (const { status } of [first, second]) expect(status).toBe(answer.status ?? 200);
    return [first.cacheStatus, second.cacheStatus];
  }

  const STORED = ['fwd=miss; stored', 'hit; ttl=60'];
  const refused = (reason: string): string[] => Array(2).fill(`fwd=miss; detail=${reason}`) as string[];

  describe('statuses', () => {
    test.each([200, 203, 301, 308])('%i is stored under the ttl of a rule', async (status) => {
      expect(await twice({ status, body: 'x' })).toEqual(STORED);
    });

    const OTHERS =
      '201 202 204 205 207 226 300 302 303 305 307 400 401 402 403 404 405 406 409 410 413 414 418 421 422 429 431 451 ' +
      '500 501 502 503 504 511 599';
    test.each(OTHERS.split(' ').map(Number))('%i is not stored under the ttl of a rule', async (status) => {
      expect(await twice({ status })).toEqual(refused('NO-LIFETIME'));
      expect(await twice({ status }, { ...RULE, overrideLifetime: true })).toEqual(refused('NO-LIFETIME'));
    });

    test.each([404, 410])('%i is stored under negativeTtl', async (status) => {
      const rule = { ...RULE, negativeTtl: '5s' } as const;
      expect(await twice({ status, body: 'x' }, rule)).toEqual(['fwd=miss; stored', 'hit; ttl=5']);
    });

    test.each([200, 302, 403, 405, 500])('%i has nothing of negativeTtl', async (status) => {
      expect(await twice({ status, body: 'x' }, { negativeTtl: '5s' })).toEqual(refused('NO-LIFETIME'));
    });

    test.each([200, 201, 204, 300, 302, 307, 400, 403, 404, 405, 410, 414, 451, 500, 501, 503])(
      '%i is stored when it says how long',
      async (status) => {
        const headers = { 'Cache-Control': 'max-age=60' };
        expect(await twice({ status, headers }, {})).toEqual(STORED);
      },
    );

    test('204 is stored also when a stream is sent, which is no content of it', async () => {
      const headers = { 'Cache-Control': 'max-age=60' };
      const app = await startOne(host, {}, () => ({ status: 204, headers, body: inParts() }));
      const [first, second] = [await app.get('/'), await app.get('/')];
      expect([first.cacheStatus, second.cacheStatus]).toEqual(STORED);
      expect([second.status, second.text]).toEqual([204, '']);
    });

    test.each([206, 304])('%i is never stored', async (status) => {
      const headers = { 'Cache-Control': 'max-age=60', 'Content-Range': 'bytes 0-0/9' };
      expect(await twice({ status, headers })).toEqual(refused('STATUS'));
    });
  });

  describe('answers that are not stored say why', () => {
    const rows: readonly (readonly [headers: TestAnswer['headers'], reason: string])[] = [
      [{ 'Cache-Control': 'no-store' }, 'NO-STORE'],
      [{ 'Cache-Control': 'private' }, 'PRIVATE'],
      [{ 'Cache-Control': 'private="x-user"' }, 'PRIVATE'],
      [{ 'Cache-Control': 'no-cache' }, 'NO-CACHE'],
      [{ 'Cache-Control': 'public, max-age=60, no-store' }, 'NO-STORE'],
      [{ 'Cache-Control': ['max-age=60', 'private'] }, 'PRIVATE'],
      [{ 'Cache-Control': 'max-age=0' }, 'NO-LIFETIME'],
      [{ Expires: '0' }, 'NO-LIFETIME'],
      [{ Age: '60' }, 'NO-LIFETIME'],
      [{ 'Set-Cookie': 'a=b', 'Cache-Control': 'public, max-age=60' }, 'SET-COOKIE'],
      [{ 'Set-Cookie': ['a=b', 'c=d'] }, 'SET-COOKIE'],
      [{ Vary: '*' }, 'VARY-STAR'],
      [{ Vary: ['Accept', 'x, *'] }, 'VARY-STAR'],
      [{ Vary: 'Accept, Cookie' }, 'VARY-CREDENTIALS'],
      [{ Vary: 'authorization' }, 'VARY-CREDENTIALS'],
      [{ 'Content-Type': 'text/event-stream' }, 'EVENT-STREAM'],
      [{ 'Content-Range': 'bytes 0-0/1' }, 'CONTENT-RANGE'],
    ];
    test.each(rows)('%j: %s', async (headers, reason) => {
      for (const body of ['x', inParts('x')]) {
        const app = await startOne(host, { ...RULE, overrideLifetime: reason !== 'NO-LIFETIME' }, (run) => ({
          headers: headers!,
          body: run === 1 ? body : 'y',
        }));
        const first = await app.get('/');
        expect([first.text, first.cacheStatus]).toEqual(['x', `fwd=miss; detail=${reason}`]);
        expect(app.events).toContainEqual({ type: 'not-stored', url: '/', reason });
        const second = await app.get('/');
        expect([second.text, second.cacheStatus]).toEqual(['y', `fwd=miss; detail=${reason}`]);
      }
    });

    test('P18 an empty body under the ttl of a rule: EMPTY-BODY', async () => {
      expect(await twice({ body: '' })).toEqual(refused('EMPTY-BODY'));
    });

    test('U03 Set-Cookie reaches the client that asked and nobody else', async () => {
      const app = await startOne(host, RULE, (run) =>
        run === 1 ? { headers: { 'Set-Cookie': ['s=1', 't=1'] }, body: 'own' } : { body: 'for all' },
      );
      const [leader, second, third] = [await app.get('/'), await app.get('/'), await app.get('/')];
      expect(leader.lines.filter((_, at) => /^set-cookie$/i.test(leader.lines[at - 1] ?? ''))).toEqual([
        's=1',
        't=1',
      ]);
      expect([second.text, second.cacheStatus]).toEqual(['for all', 'fwd=miss; stored']);
      expect([third.text, third.cacheStatus]).toEqual(['for all', 'hit; ttl=60']);
      for (const { headers } of [second, third]) expect(headers).not.toHaveProperty('set-cookie');
    });
  });
}
