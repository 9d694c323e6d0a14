import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { type App, startOne } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

const RULE = { ttl: '1m' } as const;
const PAGE: TestAnswer = { headers: { ETag: '"v"', 'Content-Type': 'text/plain' }, body: 'page' };

/** By status, when it is not the page. */
const TEXTS: ReadonlyMap<number, string> = new Map([
  [206, 'ag'],
  [304, ''],
  [412, ''],
]);

/** Asks until a host answers by the shortest way it knows. */
async function warm(app: App, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  for (let times = 3; times > 0; times--) await app.get('/', headers);
}

/** What was answered in the plainest way several times says nothing of requests that ask in another way. */
export function againCases(host: TestHost): void {
  describe('a page that was a hit several times', () => {
    test('is the same each time, and as a HEAD', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await app.get('/');
      const first = await app.get('/');
      await warm(app);
      const [again, head] = [await app.get('/'), await app.send('HEAD', '/')];
      // Letter case and order of names are the business of a framework (RFC 9110 sections 5.1 and 5.3).
      expect([again.headers, again.text]).toEqual([first.headers, 'page']);
      expect([head.headers, head.text]).toEqual([first.headers, '']);
    });

    test('tells its age and what is left of its lifetime to the second', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await warm(app);
      for (const [ms, age, ttl] of [
        [999, '0', 59],
        [1, '1', 59],
        [1, '1', 58],
        [57_999, '59', 1],
      ] as const) {
        app.clock.advance(ms);
        const { headers, cacheStatus } = await app.get('/');
        expect([headers['age'], cacheStatus]).toEqual([age, `hit; ttl=${ttl}`]);
      }
      app.clock.advance(1000);
      expect((await app.get('/')).cacheStatus).toContain('fwd=');
    });

    test.each<[string, Readonly<Record<string, string>>, number]>([
      ['its tag', { 'If-None-Match': '"v"' }, 304],
      ['its tag among others', { 'If-None-Match': '"u", W/"v"' }, 304],
      ['any tag', { 'If-None-Match': '*' }, 304],
      ['another tag', { 'If-None-Match': '"u"' }, 200],
      [
        'a tag and a date',
        { 'If-None-Match': '"u"', 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
        200,
      ],
      ['a tag that must hold', { 'If-Match': '"u"' }, 412],
      ['a date', { 'If-Unmodified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' }, 200],
      ['a part', { Range: 'bytes=1-2' }, 206],
    ])('heeds %s', async (_what, headers, status) => {
      const app = await startOne(host, RULE, () => PAGE);
      await warm(app);
      const answer = await app.get('/', headers);
      expect([answer.status, app.calls()]).toEqual([status, 1]);
      expect(answer.text).toBe(TEXTS.get(status) ?? 'page');
    });

    test.each<[string, Readonly<Record<string, string>>, Rule<TestRequest>?]>([
      ['Authorization', { Authorization: 'Basic eDp5' }],
      ['a cookie', { Cookie: 'a=1' }],
      ['another host', { Host: 'other.example' }],
      ['X-Forwarded-Host', { 'X-Forwarded-Host': 'other.example' }],
      ['x-original-url', { 'x-original-url': '/other' }],
      ['X-HTTP-Method-Override', { 'X-HTTP-Method-Override': 'DELETE' }],
      ['a body', { 'Content-Length': '0002' }],
      ['a header of the rule', { 'Accept-Language': 'de' }, { ...RULE, vary: ['accept-language'] }],
      [
        'no-cache, where that counts',
        { 'Cache-Control': 'no-cache' },
        { ...RULE, clientDirectives: 'honour' },
      ],
      ['an allowed cookie', { Cookie: 'a=1' }, { ...RULE, cookies: { allow: ['a'] } }],
    ])('is not for a request with %s', async (what, headers, rule = RULE) => {
      const app = await startOne(host, rule, () => PAGE);
      await warm(app);
      if (what === 'a body') await app.send('GET', '/', {}, 'xx');
      else await app.get('/', headers);
      expect(app.calls()).toBe(2);
      await warm(app);
      expect(app.calls()).toBe(2);
    });

    test('has each of its variants for those that ask for it', async () => {
      const app = await startOne(host, RULE, (_run, { headers }) => ({
        headers: { Vary: 'Accept-Language' },
        body: String(headers['accept-language']),
      }));
      for (const language of ['de', 'fr', 'de', 'fr', 'de', 'fr', 'de', 'fr'])
        expect((await app.get('/', { 'Accept-Language': language })).text).toBe(language);
      expect((await app.get('/')).text).toBe('undefined');
      expect(app.calls()).toBe(3);
    });

    test('varies from one answer to the next, and is found by what the next varies by', async () => {
      const app = await startOne(host, RULE, (run, { headers }) => ({
        headers: run === 1 ? {} : { Vary: 'X-Theme' },
        body: String(headers['x-theme']),
      }));
      await warm(app, { 'X-Theme': 'dark' });
      await app.cache.invalidate({ all: true });
      await warm(app, { 'X-Theme': 'dark' });
      expect((await app.get('/', { 'X-Theme': 'light' })).text).toBe('light');
      expect((await app.get('/', { 'X-Theme': 'dark' })).text).toBe('dark');
    });

    test('is gone after an invalidation, and after the cache was closed', async () => {
      const app = await startOne(host, { ...RULE, tags: ['page'] }, (run) => ({ body: `run ${run}` }));
      await warm(app);
      await app.cache.invalidate({ tags: ['page'] });
      expect((await app.get('/')).text).toBe('run 2');
      await warm(app);
      await app.cache.close();
      expect((await app.get('/')).text).toBe('run 3');
    });

    test('is counted and told of each time', async () => {
      const app = await startOne(host, RULE, () => PAGE);
      await warm(app);
      expect(app.cache.stats()).toMatchObject({ hits: 2, misses: 1 });
      expect(app.events.filter(({ type }) => type === 'hit')).toHaveLength(2);
    });
  });
}
