import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { type App, eventually, startApp, startOne } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

const SWR: Rule<TestRequest> = { ttl: '10s', swr: '10s' };

const count = (app: App, type: string): number => app.events.filter((event) => event.type === type).length;

/** The request that refreshes a stale response behind the back of whoever met it. */
export function refreshCases(host: TestHost): void {
  describe('a background refresh', () => {
    test('carries what the key covers and nothing else of the request that met the stale response', async () => {
      const seen: TestRequest['headers'][] = [];
      const rule: Rule<TestRequest> = {
        ...SWR,
        vary: ['x-lang'],
        cookies: { allow: ['theme'] },
        query: { ignore: ['utm_*'] },
      };
      const app = await startOne(host, rule, (run, { headers, url }) => {
        seen.push({ ...headers, url });
        return { body: `run ${run}`, headers: { 'cache-control': 'public', vary: 'accept-language' } };
      });
      const keyed = { 'x-lang': 'de', 'accept-language': 'de', 'x-forwarded-host': 'shop.example' };
      const ask = () =>
        app.get('/p?utm_source=secret&a=1', {
          ...keyed,
          cookie: 'session=secret; theme=dark',
          authorization: 'Bearer secret',
          'x-other': 'secret',
          'x-forwarded-for': 'secret',
          'if-none-match': '"secret"',
          'user-agent': 'secret',
          referer: 'http://secret/',
        });
      await ask();
      app.clock.advance(11_000);
      expect((await ask()).cacheStatus).toBe('hit; ttl=-1');
      await eventually(() => count(app, 'stored') === 2);
      expect(seen[1]).toMatchObject({ ...keyed, cookie: 'theme=dark', url: '/p?a=1' });
      expect(seen[1]!['host']).toBe(`127.0.0.1:${app.port}`);
      expect(JSON.stringify(seen[1])).not.toContain('secret');
      expect(await ask()).toMatchObject({ text: 'run 2', cacheStatus: 'hit; ttl=10' });
    });

    test('begins before the end of the lifetime with refreshAhead, and nobody waits or gets a stale answer', async () => {
      const app = await startOne(host, { ttl: '10s', refreshAhead: 0.8 }, (run) => ({ body: `run ${run}` }));
      await app.get('/');
      app.clock.advance(7900);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=2');
      expect(count(app, 'refresh')).toBe(0);
      app.clock.advance(100);
      expect(await app.get('/')).toMatchObject({ text: 'run 1', cacheStatus: 'hit; ttl=2' });
      await eventually(() => count(app, 'stored') === 2);
      expect(await app.get('/')).toMatchObject({ text: 'run 2', cacheStatus: 'hit; ttl=10' });
      expect([count(app, 'refresh'), app.calls()]).toEqual([1, 2]);
    });

    test('ahead of time that fails leaves the fresh response in place, and is tried again after a second', async () => {
      const app = await startOne(host, { ttl: '10s', refreshAhead: 0.5 }, (run) =>
        run === 1 ? { body: 'run 1' } : { status: 500 },
      );
      await app.get('/');
      app.clock.advance(5000);
      for (const failed of [1, 1, 1]) {
        expect(await app.get('/')).toMatchObject({ status: 200, text: 'run 1' });
        await eventually(() => count(app, 'refresh-failed') === failed);
      }
      app.clock.advance(1000);
      expect((await app.get('/')).text).toBe('run 1');
      await eventually(() => count(app, 'refresh-failed') === 2);
    });

    test('runs outside of the async context of the request that met the stale response', async () => {
      const context = new AsyncLocalStorage<string>();
      const seen: (string | undefined)[] = [];
      const bypass = ({ headers }: TestRequest): boolean => {
        if (headers['x-user'] === undefined) seen.push(context.getStore());
        else context.enterWith(String(headers['x-user']));
        return false;
      };
      const app = await startOne(host, { ...SWR, bypass }, (run) => {
        if (run === 2) seen.push(context.getStore());
        return { body: `run ${run}` };
      });
      await app.get('/', { 'x-user': 'alice' });
      app.clock.advance(11_000);
      await app.get('/', { 'x-user': 'bob' });
      await eventually(() => count(app, 'stored') === 2);
      expect(seen).toEqual([undefined, undefined]);
    });

    const failures: Record<string, () => TestAnswer> = {
      'an error': () => ({ status: 503, body: 'failed' }),
      'an exception': () => {
        throw new Error('on purpose');
      },
    };
    test.each(Object.entries(failures))(
      'that ends in %s keeps the stale response and pauses a second',
      async (_title, fail) => {
        const app = await startOne(host, { ttl: '10s', swr: '1m' }, (run) =>
          run === 2 ? fail() : { body: `run ${run}` },
        );
        await app.get('/');
        app.clock.advance(11_000);
        expect((await app.get('/')).text).toBe('run 1');
        await eventually(() => count(app, 'refresh-failed') === 1);
        app.clock.advance(999);
        expect((await app.get('/')).text).toBe('run 1');
        expect(app.calls()).toBe(2);
        app.clock.advance(1);
        expect((await app.get('/')).text).toBe('run 1');
        await eventually(() => app.calls() === 3 && count(app, 'stored') === 2);
        expect((await app.get('/')).text).toBe('run 3');
      },
    );

    test('that is answered with what may not be stored is left to a request', async () => {
      const app = await startOne(host, { ttl: '10s', swr: '1m' }, (run) =>
        run === 2 ? { body: 'log in', headers: { 'set-cookie': 'a=b' } } : { body: `run ${run}` },
      );
      await app.get('/');
      app.clock.advance(11_000);
      expect((await app.get('/')).text).toBe('run 1');
      await eventually(() => count(app, 'refresh-failed') === 1);
      expect((await app.get('/')).text).toBe('run 1');
      app.clock.advance(1000);
      expect(await app.get('/')).toMatchObject({ text: 'run 3', cacheStatus: 'fwd=stale; stored' });
    });

    test('is left to a request when the key of the rule asks for what a refresh does not carry', async () => {
      const key = (req: TestRequest): string => `page of ${String(req.headers['x-tenant'])}`;
      const app = await startOne(host, { ttl: '10s', swr: '1m', key }, (run, req) => ({
        body: `run ${run} for ${String(req.headers['x-tenant'])}`,
      }));
      const tenant = { 'x-tenant': 'a' };
      await app.get('/', tenant);
      app.clock.advance(11_000);
      expect((await app.get('/', tenant)).text).toBe('run 1 for a');
      await eventually(() => count(app, 'refresh-failed') === 1);
      app.clock.advance(1000);
      expect((await app.get('/', tenant)).text).toBe('run 3 for a');
    });

    test('that hangs is given up after 30 seconds', async () => {
      const app = await startOne(host, { ttl: '10s', swr: '5m' }, (run) =>
        run === 2 ? new Promise(() => {}) : { body: `run ${run}` },
      );
      await app.get('/');
      app.clock.advance(11_000);
      await app.get('/');
      await eventually(() => app.calls() === 2);
      app.clock.advance(29_000);
      expect((await app.get('/')).text).toBe('run 1');
      app.clock.advance(1_000);
      await eventually(() => count(app, 'refresh-failed') === 1);
      app.clock.advance(1_000);
      await app.get('/');
      await eventually(() => app.calls() === 3);
    });

    test('that stored something may be followed by the next at once', async () => {
      const app = await startOne(host, { ttl: '500ms', swr: '10s' }, (run) => ({ body: `run ${run}` }));
      await app.get('/');
      for (const run of [1, 2]) {
        app.clock.advance(500);
        expect((await app.get('/')).text).toBe(`run ${run}`);
        await eventually(() => count(app, 'stored') === run + 1);
      }
      expect(count(app, 'refresh-failed')).toBe(0);
    });

    test('of one variant leaves the others alone', async () => {
      const app = await startApp(host, [
        {
          path: '/',
          rule: SWR,
          answer: ({ headers }) => ({ body: String(headers['x-lang']), headers: { vary: 'x-lang' } }),
        },
      ]);
      for (const lang of ['de', 'fr']) await app.get('/', { 'x-lang': lang });
      app.clock.advance(11_000);
      expect((await app.get('/', { 'x-lang': 'fr' })).text).toBe('fr');
      await eventually(() => count(app, 'stored') === 3);
      expect(await app.get('/', { 'x-lang': 'fr' })).toMatchObject({
        text: 'fr',
        cacheStatus: 'hit; ttl=10',
      });
      expect(await app.get('/', { 'x-lang': 'de' })).toMatchObject({
        text: 'de',
        cacheStatus: 'hit; ttl=-1',
      });
    });
  });
}
