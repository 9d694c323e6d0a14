import { createCache, ShelflifeError } from '@shelflife/core';
import { gate } from '@shelflife/core/testing';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS, whenOpen } from './host.js';

describe.each(VERSIONS)('%s: where the middleware stands', (_name, express) => {
  test('app.use caches every route behind it, and none before it', async () => {
    const [before, after] = [counting(), counting()];
    const app = await startExpress(express, (server, cache) => {
      server.get('/before', before);
      server.use(responseCache(cache, { ttl: '1m' }));
      server.get('/after', after);
    });
    for (const path of ['/before', '/after', '/before', '/after']) await app.get(path);
    expect([before.calls(), after.calls()]).toEqual([2, 1]);
    expect((await app.get('/before')).cacheStatus).toBe('');
    expect((await app.get('/after')).cacheStatus).toBe('hit; ttl=60');
  });

  test('app.use caches what no route answers by the rules for 404', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ttl: '1m', negativeTtl: '10s' }));
    });
    expect((await app.get('/nowhere')).cacheStatus).toBe('fwd=miss; stored');
    const hit = await app.get('/nowhere');
    expect([hit.status, hit.cacheStatus]).toEqual([404, 'hit; ttl=10']);
    expect(hit.text).toContain('Cannot GET /nowhere');
  });

  test('a route caches itself only', async () => {
    const [cached, plain] = [counting(), counting()];
    const app = await startExpress(express, (server, cache) => {
      server.get('/cached', responseCache(cache, { ttl: '1m' }), cached);
      server.get('/plain', plain);
    });
    for (const path of ['/cached', '/plain', '/cached', '/plain']) await app.get(path);
    expect([cached.calls(), plain.calls()]).toEqual([1, 2]);
  });

  test.each(['/route', '/list', '/router/inner'])('app.route, lists, routers: %s', async (path) => {
    const app = await startExpress(express, (server, cache) => {
      const cached = responseCache(cache, { ttl: '1m' });
      server.route('/route').get(cached, counting());
      server.get('/list', [cached, counting()]);
      server.use('/router', express.Router().use(cached).get('/inner', counting()));
    });
    await app.get(path);
    expect((await app.get(path)).cacheStatus).toBe('hit; ttl=60');
  });

  test('profiles are found by name, and a rule starts from the defaults of its cache', async () => {
    const app = await startExpress(
      express,
      (server, cache) => {
        server.get('/profile', responseCache(cache, 'long'), counting());
        server.get('/default', responseCache(cache), counting());
        server.get('/rule', responseCache(cache, { swr: '1s' }), counting());
      },
      { defaults: { ttl: '1m' }, profiles: { long: { ttl: '1h' } } },
    );
    const ttls: string[] = [];
    for (const path of ['/profile', '/default', '/rule']) {
      await app.get(path);
      ttls.push((await app.get(path)).cacheStatus);
    }
    expect(ttls).toEqual(['hit; ttl=3600', 'hit; ttl=60', 'hit; ttl=60']);
  });

  test('200 requests at once run the handler once', async () => {
    const handler = counting();
    const slow = gate();
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '1m' }), whenOpen(slow), handler);
    });
    const answers = Array.from({ length: 200 }, () => app.get('/'));
    await expect.poll(() => app.events.filter(({ type }) => type === 'forward').length).toBe(1);
    slow.open();
    const texts = (await Promise.all(answers)).map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set(['run 1']));
    expect(handler.calls()).toBe(1);
  });
});

describe.each(VERSIONS)('%s: a wrong rule throws when the application is built', (_name, express) => {
  test.each<[unknown, string]>([
    [{ ttl: 300 }, "rule.ttl: expected a duration such as '5m', got 300 (number). Write '300s' or '300ms'."],
    [{ ttl: '5 minutes' }, "Write '5m'"],
    [{ ttl: '-1s' }, 'rule.ttl'],
    [{ ttl: Number.NaN }, 'rule.ttl'],
    [{ tll: '5m' }, "rule.tll: unknown option. Did you mean 'ttl'?"],
    [{ tags: 'products' }, 'rule.tags'],
    [{ key: async () => 'k' }, 'rule.key'],
    [{ vary: ['cookie'] }, 'cookies'],
    [{ maxBodySize: '1 megabyte' }, 'rule.maxBodySize'],
    ['catalog', "rule: there is no profile 'catalog'. Known profiles: 'catalogue'."],
    [300, 'rule'],
    [null, 'rule'],
    [() => {}, 'rule'],
  ])('%j', (rule, message) => {
    const cache = createCache({ profiles: { catalogue: { ttl: '5m' } } });
    const build = (): unknown => express().get('/', responseCache(cache, rule as string));
    expect(build).toThrow(ShelflifeError);
    expect(build).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(message) }),
    );
  });
});

test.each([undefined, { ttl: '5m' }])('without a cache, %j is refused with the fix', (notACache) => {
  expect(() => responseCache(notACache as never)).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTION',
      message: expect.stringContaining('createCache()') as string,
    }),
  );
});
