import { describe, expect, test } from 'vitest';
import type { QueryMode, Rule } from '../../rule/rule.js';
import { startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;

/** What of a request decides whether the cache answers it, and with what. */
export function askingCases(host: TestHost): void {
  describe('Cache-Status says why a request was not answered from the cache', () => {
    const rows: readonly (readonly [headers: Record<string, string>, status: string])[] = [
      [{}, 'hit; ttl=60'],
      [{ cookie: 'a=b' }, 'fwd=bypass; detail=COOKIE'],
      [{ range: 'bytes=0-0' }, 'hit; ttl=60'],
      [{ 'if-range': '"x"' }, 'hit; ttl=60'],
      [{ 'if-unmodified-since': 'Mon, 05 Jan 2026 10:00:00 GMT' }, 'hit; ttl=60'],
      [{ 'x-http-method-override': 'DELETE' }, 'fwd=bypass; detail=METHOD-OVERRIDE'],
      [{ 'x-please': 'bypass' }, 'fwd=bypass; detail=RULE'],
      [{ 'x-please': 'no key' }, 'fwd=bypass; detail=KEY'],
      [{ 'x-please': 'throw' }, 'fwd=bypass; detail=RULE-FUNCTION'],
      [{ authorization: 'Bearer x' }, 'fwd=miss; detail=AUTHORIZATION'],
    ];
    test.each(rows)('%j: %s', async (headers, status) => {
      const rule: Rule<TestRequest> = {
        ...RULE,
        bypass: (req) => req.headers['x-please'] === 'bypass',
        key(req) {
          if (req.headers['x-please'] === 'throw') throw new Error('thrown by a rule');
          return req.headers['x-please'] === 'no key' ? undefined : 'key';
        },
      };
      const app = await startOne(host, rule, (run) => ({ body: String(run) }));
      await app.get('/');
      const answer = await app.get('/', headers);
      expect(answer.cacheStatus).toBe(status);
      expect(answer.text).toBe(status.startsWith('hit') ? '1' : '2');
    });

    test('the name of the cache comes first', async () => {
      const app = await startOne(host, RULE, () => ({ body: 'x' }), { name: 'shop' });
      expect((await app.get('/')).headers['cache-status']).toBe('shop; fwd=miss; stored');
    });

    test('only-if-cached is answered from the cache or with 504, and never by the handler', async () => {
      // What is kept for errors only is no answer either.
      const app = await startOne(host, { ...RULE, staleIfError: '1m' }, (run) => ({ body: String(run) }));
      const asked = { 'cache-control': 'only-if-cached' };
      const miss = await app.get('/', asked);
      expect([miss.status, miss.text, miss.cacheStatus]).toEqual([
        504,
        '',
        'fwd=request; detail=ONLY-IF-CACHED',
      ]);
      await app.get('/');
      expect((await app.get('/', asked)).cacheStatus).toBe('hit; ttl=60');
      app.clock.advance(60_000);
      expect((await app.get('/', asked)).status).toBe(504);
      expect(app.calls()).toBe(1);
    });
  });

  describe('query parameters that do not count', () => {
    /** Requests in turn, and the number of the run whose answer each gets. */
    const rows: readonly (readonly [query: QueryMode, asked: readonly (readonly [string, number])[]])[] = [
      [
        'all',
        [
          ['/?a=1', 1],
          ['/?a=2', 2],
          ['/', 3],
          ['/?a=1', 1],
        ],
      ],
      [
        'all',
        [
          ['/?a=1&b=2', 1],
          ['/?b=2&a=1', 1],
          ['/?a=1&a=2', 2],
          ['/?a=2&a=1', 3],
        ],
      ],
      [
        'none',
        [
          ['/?a=1', 1],
          ['/?b=2', 1],
          ['/', 1],
        ],
      ],
      [
        { allow: ['a'] },
        [
          ['/?a=1&x=1', 1],
          ['/?x=2&a=1', 1],
          ['/?a=1', 1],
          ['/?A=1&a=2', 2],
          ['/?x=1', 3],
        ],
      ],
      [
        { ignore: ['x', 'utm_*'] },
        [
          ['/?a=1&x=1', 1],
          ['/?utm_a=1&a=1', 1],
          ['/?a=1', 1],
          ['/?xx=1&a=1', 2],
        ],
      ],
      [
        { ignore: ['x'] },
        [
          ['/?x=1', 1],
          ['/', 1],
          ['/?%78=2', 1],
          ['/?X=1', 2],
        ],
      ],
    ];
    test.each(rows)('query: %j', async (query, asked) => {
      const app = await startOne(host, { ...RULE, query }, (run) => ({ body: String(run) }));
      const answers: (readonly [string, number])[] = [];
      for (const [path] of asked) answers.push([path, Number((await app.get(path)).text)]);
      expect(answers).toEqual(asked);
    });

    test.each<[QueryMode, string]>([
      ['all', '/p?b=2&a=%31&utm_x=3&a'],
      ['none', '/p'],
      [{ allow: ['a'] }, '/p?a=%31&a'],
      [{ ignore: ['utm_*', 'a'] }, '/p?b=2'],
      [{ ignore: ['utm_*', 'a', 'b'] }, '/p'],
    ])('query: %j shows the handler %s', async (query, url) => {
      const app = await startOne(host, { ...RULE, query }, (_run, req) => ({ body: req.url! }));
      const answer = await app.get('/p?b=2&a=%31&utm_x=3&a');
      expect([answer.text, answer.cacheStatus]).toEqual([url, 'fwd=miss; stored']);
    });

    test('a handler sees all of them when the request bypasses the cache', async () => {
      const app = await startOne(host, { ...RULE, query: 'none' }, (_run, req) => ({ body: req.url! }));
      expect((await app.get('/p?a=1', { cookie: 'a=b' })).text).toBe('/p?a=1');
    });
  });
}
