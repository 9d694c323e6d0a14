import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { type App, eventually, gate, startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';

const SWR: Rule<TestRequest> = { ttl: '10s', swr: '10s' };

const count = (app: App, type: string): number => app.events.filter((event) => event.type === type).length;

/** Stale-while-revalidate: RFC 5861 section 3. */
export function staleCases(host: TestHost): void {
  describe('a stale response', () => {
    test('is served at once to all, with a negative ttl, while one background refresh runs', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, SWR, async (run) => {
        if (run > 1) await opened;
        return { body: `run ${run}` };
      });
      await app.get('/?a=1');
      app.clock.advance(12_000);
      const answers = await Promise.all(Array.from({ length: 5 }, () => app.get('/?a=1')));
      for (const answer of answers) {
        expect(answer).toMatchObject({ text: 'run 1', cacheStatus: 'hit; ttl=-2' });
        expect(answer.headers['age']).toBe('12');
      }
      open();
      await eventually(() => count(app, 'stored') === 2);
      expect(await app.get('/?a=1')).toMatchObject({ text: 'run 2', cacheStatus: 'hit; ttl=10' });
      expect(app.calls()).toBe(2);
      expect(app.cache.stats()).toMatchObject({ stale: 5, refreshes: 1, misses: 1 });
    });

    test('is not made younger by being served', async () => {
      const app = await startOne(host, SWR, (run) =>
        run === 2 ? { status: 500, body: 'failed' } : { body: `run ${run}` },
      );
      await app.get('/');
      app.clock.advance(19_500);
      expect((await app.get('/')).text).toBe('run 1');
      await eventually(() => count(app, 'refresh-failed') === 1);
      app.clock.advance(499);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=-10');
      app.clock.advance(1);
      expect(await app.get('/')).toMatchObject({ text: 'run 3', cacheStatus: 'fwd=miss; stored' });
    });

    test('serves HEAD, and a 304 to who has it already', async () => {
      const app = await startOne(host, SWR, (run) => ({ body: `run ${run}`, headers: { etag: '"1"' } }));
      await app.get('/');
      app.clock.advance(11_000);
      expect((await app.get('/', { 'if-none-match': '"1"' })).status).toBe(304);
      expect(await app.send('HEAD', '/')).toMatchObject({ status: 200, text: '' });
    });

    test.each([
      ['must-revalidate', 'max-age=10, must-revalidate', 'fwd=miss; stored'],
      ['proxy-revalidate', 'max-age=10, proxy-revalidate', 'fwd=miss; stored'],
      ['s-maxage', 's-maxage=10', 'fwd=miss; stored'],
      ['a window of its own that is shorter', 'max-age=10, stale-while-revalidate=1', 'fwd=miss; stored'],
      ['a window of its own that is longer', 'max-age=10, stale-while-revalidate=99', 'hit; ttl=-15'],
      ['nothing of the kind', 'max-age=10', 'fwd=miss; stored'],
      ['nothing of the kind, earlier', 'max-age=20', 'hit; ttl=-5'],
    ])('says itself how long it may be served: %s', async (_title, cacheControl, expected) => {
      const app = await startOne(host, SWR, () => ({
        body: 'x',
        headers: { 'cache-control': cacheControl },
      }));
      await app.get('/');
      app.clock.advance(25_000);
      expect((await app.get('/')).cacheStatus).toBe(expected);
    });

    test('is refreshed by the first request that meets it when the rule has a user context', async () => {
      const { opened, open } = gate();
      const by = ({ headers }: TestRequest): string => String(headers['x-role']);
      const app = await startOne(host, { ...SWR, by }, async (run) => {
        if (run > 1) await opened;
        return { body: `run ${run}` };
      });
      const ask = () => app.get('/', { 'x-role': 'editor' });
      await ask();
      app.clock.advance(11_000);
      const first = ask();
      await eventually(() => app.calls() === 2);
      expect(await ask()).toMatchObject({ text: 'run 1', cacheStatus: 'hit; ttl=-1' });
      open();
      expect(await first).toMatchObject({ text: 'run 2', cacheStatus: 'fwd=stale; stored' });
      expect((await ask()).text).toBe('run 2');
      expect(count(app, 'refresh')).toBe(0);
    });

    test.each([
      ['by time', async ({ clock }: App) => clock.advance(11_000)],
      [`by invalidation`, ({ cache }: App) => cache.invalidate({ tags: ['t'], mode: 'stale' })],
    ])('%s is replaced for the next request', async (_title, age) => {
      const app = await startOne(host, { ...SWR, tags: ['t'] }, (run) => ({ body: `run ${run}` }));
      await app.get('/');
      await age(app);
      expect((await app.get('/')).text).toBe('run 1');
      await eventually(() => count(app, 'stored') === 2);
      expect((await app.get('/')).text).toBe('run 2');
    });

    test(`invalidated as 'stale' may be served as long as the rule says, from the invalidation on`, async () => {
      const app = await startOne(host, { ...SWR, ttl: '1h', tags: ['t'] }, (run) => {
        if (run === 2) throw new Error('on purpose');
        return { body: `run ${run}` };
      });
      await app.get('/');
      app.clock.advance(60_000);
      await app.cache.invalidate({ tags: ['t'], mode: 'stale' });
      app.clock.advance(9999);
      expect(await app.get('/')).toMatchObject({ text: 'run 1', cacheStatus: 'hit; ttl=-10' });
      await eventually(() => count(app, 'refresh-failed') === 1);
      app.clock.advance(1);
      expect((await app.get('/')).text).toBe('run 3');
    });
  });
}
