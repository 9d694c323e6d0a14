import { describe, expect, test } from 'vitest';
import { settle } from '../step.js';
import { startOne } from './app.js';
import type { TestHost } from './host.js';

/** What a handler looks up in the data cache counts for its answer. */
export function dataCases(host: TestHost): void {
  describe('an answer that is made of values', () => {
    test('is invalid with each of them, by tag and by key', async () => {
      const app = await startOne(host, { ttl: '1h' }, async (run) => {
        await settle();
        const price = await app.cache.wrap('price', (context) => (context.tag('prices'), run), { ttl: '1h' });
        return { body: `${run} ${price}` };
      });
      expect((await app.get('/')).text).toBe('1 1');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=3600');
      await app.cache.invalidate({ tags: ['prices'] });
      expect((await app.get('/')).text).toBe('2 2');
      await app.cache.delete('price');
      expect((await app.get('/')).text).toBe('3 3');
    });

    test('is fresh no longer than the first of them, which may have been there before', async () => {
      const app = await startOne(host, { ttl: '1h' }, async (run) => {
        const load = (missing: readonly string[]): number[] => missing.map(() => run);
        const [, stock] = await app.cache.wrapMany(['price', 'stock'], load, { ttl: '1m' });
        return { body: `${run} ${stock}` };
      });
      await app.cache.set('price', 1, { ttl: '10s' });
      await app.get('/');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
      app.clock.advance(10_000);
      expect((await app.get('/')).text).toBe('2 1');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=50');
    });

    test('is not stored when one of them is for one user, or not to be stored', async () => {
      for (const [rule, skips, reason] of [
        [{ ttl: '1m', private: true }, false, 'PRIVATE'],
        [{ ttl: '1m' }, true, 'SKIPPED'],
      ] as const) {
        const app = await startOne(host, { ttl: '1h' }, async (run) => {
          await app.cache.wrap('v', (context) => (skips && context.skip(), 1), rule);
          return { body: String(run) };
        });
        expect((await app.get('/')).cacheStatus).toBe(`fwd=miss; detail=${reason}`);
        expect((await app.get('/')).text).toBe('2');
      }
    });

    test('is invalid with what its tags depend on', async () => {
      const app = await startOne(host, { ttl: '1h', tags: ['product:1'] }, (run) => ({ body: String(run) }));
      app.cache.depends('product:1', 'category:4');
      await app.get('/');
      await app.cache.invalidate({ tags: ['category:4'] });
      expect((await app.get('/')).text).toBe('2');
    });

    test('is invalid with what lies within a fragment, also when that was found', async () => {
      const app = await startOne(host, { ttl: '1h' }, async (run) => {
        const inner = (): Promise<string> =>
          app.cache.fragment('inner', () => `i${run}`, { ttl: '1h', tags: ['inner'] });
        const outer = await app.cache.fragment('outer', async () => `o${run} ${await inner()}`, {
          ttl: '1m',
        });
        return { body: `${run} ${outer}` };
      });
      expect((await app.get('/a')).text).toBe('1 o1 i1');
      expect((await app.get('/b')).text).toBe('2 o1 i1');
      expect((await app.get('/b')).cacheStatus).toBe('hit; ttl=60');
      await app.cache.invalidate({ tags: ['inner'] });
      expect((await app.get('/b')).text).toBe('3 o3 i3');
      expect((await app.get('/a')).text).toBe('4 o3 i3');
    });

    test('is invalid with what another server has answered, and fresh no longer', async () => {
      let fields: Record<string, string> = { 'cache-control': 'max-age=10' };
      const app = await startOne(host, { ttl: '1h' }, async (run) => {
        const fetch = app.cache.fetcher({ fetch: async () => new Response('', { headers: fields }) });
        await fetch('https://api.example/rates');
        return { body: String(run) };
      });
      await app.get('/');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
      await app.cache.invalidate({ keys: ['https://api.example/rates'] });
      fields = { 'cache-control': 'max-age=10, private' };
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; detail=PRIVATE');
      await app.cache.invalidate({ keys: ['https://api.example/rates'] });
      fields = { 'cache-control': 'no-store' };
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; detail=SKIPPED');
    });

    test('has nothing of what other requests look up at the same time', async () => {
      const app = await startOne(host, { ttl: '1h' }, async (_run, req) => {
        await settle();
        await app.cache.wrap(req.url!, (context) => (context.tag(req.url!), 1), { ttl: '1m' });
        await settle();
        return { body: req.url! };
      });
      await Promise.all(['/a', '/b'].map((path) => app.get(path)));
      await app.cache.invalidate({ tags: ['/a'] });
      expect((await app.get('/a')).cacheStatus).toBe('fwd=miss; stored');
      expect((await app.get('/b')).cacheStatus).toMatch(/^hit/);
    });
  });
}
