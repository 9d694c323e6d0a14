import { describe, expect, test } from 'vitest';
import { ShelflifeError } from '../../errors.js';
import { startOne } from './app.js';
import type { TestHost } from './host.js';

/** What handlers tell the cache of their answers; how that ranks with lifetimes of others is in `lifetimes.ts`. */
export function controlCases(host: TestHost): void {
  describe('what a handler tells the cache', () => {
    test.each([
      [302, 'hit; ttl=10'],
      [404, 'hit; ttl=10'],
      [410, 'hit; ttl=10'],
      [403, 'fwd=miss; detail=NO-LIFETIME'],
      [500, 'fwd=miss; detail=NO-LIFETIME'],
    ])(
      'ttl() counts for what a handler means to answer, not for its failures: %i',
      async (status, second) => {
        const app = await startOne(host, { ttl: '1m' }, (_run, _req, cache) => {
          cache.ttl('10s');
          return { status, body: 'x' };
        });
        await app.get('/');
        expect((await app.get('/')).cacheStatus).toBe(second);
      },
    );

    test('tag() adds to the tags of the rule, and each of them invalidates', async () => {
      const app = await startOne(host, { ttl: '1m', tags: ['ruled'] }, (run, _req, cache) => {
        cache.tag('one', 'two');
        cache.tag('three');
        return { body: String(run) };
      });
      await app.get('/');
      expect(app.events).toContainEqual(
        expect.objectContaining({ type: 'stored', tags: ['ruled', 'one', 'two', 'three'] }),
      );
      let run = 1;
      for (const tag of ['ruled', 'one', 'two', 'three']) {
        await app.cache.invalidate({ tags: ['other'] });
        expect((await app.get('/')).text).toBe(String(run));
        await app.cache.invalidate({ tags: [tag] });
        expect((await app.get('/')).text).toBe(String(++run));
      }
    });

    test.each([
      ['before its answer', [], 'fwd=miss; detail=SKIPPED'],
      // The head is out by then: nothing can take back what it says.
      ['while its body is sent', ['a', 'b'], 'fwd=miss; stored'],
    ])('skip() %s keeps it from being stored', async (_when, parts, status) => {
      const app = await startOne(host, { ttl: '1m' }, (run, _req, cache) => {
        async function* body(): AsyncGenerator<string> {
          yield* parts;
          cache.skip();
        }
        if (parts.length === 0) cache.skip();
        return { body: parts.length === 0 ? String(run) : body() };
      });
      expect((await app.get('/')).cacheStatus).toBe(status);
      await app.get('/');
      expect(app.calls()).toBe(2);
      expect(app.events).toContainEqual({ type: 'not-stored', url: '/', reason: 'SKIPPED' });
    });

    test('status says why it runs', async () => {
      const seen: string[] = [];
      const app = await startOne(host, { ttl: '1m', staleIfError: '1m' }, (_run, _req, cache) => {
        seen.push(cache.status);
        return { headers: { Vary: 'Accept' }, body: 'x' };
      });
      await app.get('/', { accept: 'a/a' });
      await app.get('/', { accept: 'b/b' });
      await app.get('/', { accept: 'a/a', cookie: 'a=b' });
      app.clock.advance(60_000);
      await app.get('/', { accept: 'a/a' });
      expect(seen).toEqual(['miss', 'vary-miss', 'bypass', 'stale']);
    });

    test('nonsense throws where it is said', async () => {
      const thrown: unknown[] = [];
      const app = await startOne(host, { ttl: '1m' }, (_run, _req, cache) => {
        for (const wrong of [() => cache.ttl('5 minutes'), () => cache.tag('a\nb'), () => cache.tag('')]) {
          try {
            wrong();
          } catch (error) {
            thrown.push(error instanceof ShelflifeError ? error.code : error);
          }
        }
        return { body: 'x' };
      });
      await app.get('/');
      expect(thrown).toEqual(['ERR_OPTION', 'ERR_TARGET', 'ERR_TARGET']);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
    });
  });
}
