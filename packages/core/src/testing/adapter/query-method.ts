import { describe, expect, test } from 'vitest';
import type { CacheOptions } from '../../options.js';
import type { Rule } from '../../rule/rule.js';
import { type App, gate, startApp } from './app.js';
import type { TestResponse } from './client.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const RULE: Rule<TestRequest> = { ttl: '1m', methods: ['GET', 'QUERY'] };

interface QueryApp extends App {
  query(body: string, headers?: Readonly<Record<string, string>>): Promise<TestResponse>;
  readonly calls: () => number;
}

/** `/items` for GET, QUERY and POST. The QUERY handler answers with its run. */
async function startQuery(
  host: TestHost,
  rule: Rule<TestRequest> = RULE,
  answer: (run: number) => TestAnswer | Promise<TestAnswer> = (run) => ({ body: `run ${run}` }),
  options: CacheOptions = {},
): Promise<QueryApp> {
  let calls = 0;
  const app = await startApp(
    host,
    [
      { path: '/items', rule, answer: () => ({ body: 'all' }) },
      { method: 'POST', path: '/items', rule, answer: () => ({ status: 204 }) },
      { method: 'QUERY', path: '/items', rule, answer: () => answer(++calls) },
    ],
    options,
  );
  const query = (body: string, headers = {}): Promise<TestResponse> =>
    app.send('QUERY', '/items', { ...JSON_TYPE, ...headers }, body);
  return { ...app, query, calls: () => calls };
}

/** RFC 10008: QUERY asks with its content, which is part of the key. */
export function queryMethodCases(host: TestHost): void {
  describe.skipIf(host.unroutable?.includes('QUERY') === true)('QUERY', () => {
    test('is answered from the cache for the same content, and for no other', async () => {
      const app = await startQuery(host);
      expect((await app.query('{"page":1}')).cacheStatus).toBe('fwd=miss; stored');
      const hit = await app.query('{"page":1}');
      expect([hit.text, hit.cacheStatus]).toEqual(['run 1', 'hit; ttl=60']);
      expect((await app.query('{"page":2}')).text).toBe('run 2');
      expect((await app.query('{"page":1}')).text).toBe('run 1');
    });

    test('its content type is part of the question', async () => {
      const app = await startQuery(host);
      await app.query('"a"', { 'content-type': 'text/plain' });
      expect((await app.query('"a"')).text).toBe('run 2');
      expect((await app.query('"a"', { 'content-language': 'de' })).text).toBe('run 3');
      expect((await app.query('"a"', { 'content-type': 'text/plain' })).text).toBe('run 1');
    });

    test('it has nothing to do with GET and HEAD of the same URL', async () => {
      const app = await startQuery(host);
      await app.query('1');
      expect((await app.get('/items')).text).toBe('all');
      expect((await app.query('1')).text).toBe('run 1');
      const head = await app.send('HEAD', '/items');
      expect([head.cacheStatus, head.headers['content-length']]).toEqual(['hit; ttl=60', '3']);
    });

    test('it is safe: it invalidates nothing; a POST to its URL invalidates it', async () => {
      const app = await startQuery(host);
      await app.get('/items');
      await app.query('1');
      expect((await app.get('/items')).cacheStatus).toBe('hit; ttl=60');
      await app.send('POST', '/items', JSON_TYPE, '1');
      expect((await app.query('1')).text).toBe('run 2');
      expect((await app.get('/items')).cacheStatus).toBe('fwd=miss; stored');
    });

    test('requests that ask the same at the same time wait for one handler', async () => {
      const gates = gate();
      const app = await startQuery(host, RULE, async (run) => {
        await gates.opened;
        return { body: `run ${run}` };
      });
      const asked = [app.query('1'), app.query('1'), app.query('2')];
      await expect.poll(() => app.calls()).toBe(2);
      gates.open();
      const texts = (await Promise.all(asked)).map(({ text }) => text);
      expect(texts[0]).toBe(texts[1]);
      expect(texts[2]).not.toBe(texts[0]);
    });

    test('conditions are about its result', async () => {
      const app = await startQuery(host, RULE, () => ({ headers: { ETag: '"r"' }, body: 'result' }));
      await app.query('1');
      expect((await app.query('1', { 'if-none-match': '"r"' })).status).toBe(304);
      expect((await app.query('2', { 'if-none-match': '"r"' })).status).toBe(304);
      expect((await app.query('1', { range: 'bytes=0-2' })).text).toBe('res');
    });

    test('what it answers is stored as for GET: not what is private, nor a redirect without a lifetime', async () => {
      const answers: TestAnswer[] = [
        { headers: { 'Cache-Control': 'private' }, body: 'mine' },
        { status: 303, headers: { Location: '/items/1' } },
        { status: 200, headers: { 'Content-Location': '/items/1' }, body: 'result' },
      ];
      const app = await startQuery(host, RULE, (run) => answers[run - 1]!);
      expect((await app.query('1')).cacheStatus).toBe('fwd=miss; detail=PRIVATE');
      expect((await app.query('2')).cacheStatus).toBe('fwd=miss; detail=NO-LIFETIME');
      expect((await app.query('3')).cacheStatus).toBe('fwd=miss; stored');
      const hit = await app.query('3');
      expect([hit.text, hit.headers['content-location']]).toEqual(['result', '/items/1']);
    });

    test('a key of its own does not take the place of the content', async () => {
      const app = await startQuery(host, { ...RULE, key: () => 'items' });
      await app.query('1');
      expect((await app.query('2')).text).toBe('run 2');
      expect((await app.query('1')).text).toBe('run 1');
    });

    test('fields about its content reach a handler that sees only what the key covers', async () => {
      const app = await startQuery(host, { ...RULE, unkeyed: 'strip' });
      await app.query('1');
      expect((await app.query('1')).cacheStatus).toBe('hit; ttl=60');
    });

    test('with more content than the rule allows it goes to its handler, whole', async () => {
      const app = await startQuery(host, { ...RULE, maxQuerySize: '1kb' });
      const body = JSON.stringify('x'.repeat(5000));
      for (const run of [1, 2]) {
        const { text, cacheStatus } = await app.query(body);
        expect([text, cacheStatus]).toEqual([`run ${run}`, 'fwd=bypass; detail=REQUEST-BODY']);
      }
      expect((await app.query('1')).cacheStatus).toBe('fwd=miss; stored');
    });

    test('goes to its handler when the rule does not name it', async () => {
      const app = await startQuery(host, { ttl: '1m' });
      for (const run of [1, 2]) {
        const { text, cacheStatus } = await app.query('1');
        expect([text, cacheStatus]).toEqual([`run ${run}`, 'fwd=method; detail=METHOD']);
      }
    });

    test('and GET does when the rule names QUERY alone', async () => {
      const app = await startQuery(host, { ...RULE, methods: ['QUERY'] });
      expect((await app.get('/items')).cacheStatus).toBe('fwd=method; detail=METHOD');
    });

    test('a stale answer is refreshed by a request, never in the background without its content', async () => {
      const app = await startQuery(host, { ...RULE, swr: '1m' });
      await app.query('1');
      app.clock.advance(60_000);
      expect((await app.query('1')).cacheStatus).toBe('fwd=stale; stored');
      expect((await app.query('1')).text).toBe('run 2');
    });

    test('CDNs are told nothing of it: they may not ask for the content', async () => {
      const app = await startQuery(host, { ...RULE, cdn: { maxAge: '1h' } });
      expect((await app.query('1')).headers['cdn-cache-control']).toBeUndefined();
      expect((await app.get('/items')).headers['cdn-cache-control']).toBe('max-age=3600');
    });
  });
}
