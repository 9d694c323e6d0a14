import type { Rule, ShelflifeError } from '@shelflife/core';
import type { App } from '@shelflife/core/testing';
import type { Request } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

describe.each(VERSIONS)('%s: req.cache', (_name, express) => {
  const start = (rule: Rule<Request>, say: (req: Request) => void): Promise<App> =>
    startExpress(express, (server, cache) => {
      const handler = counting();
      server.get('/x', responseCache(cache, rule), (req, res, next) => {
        say(req);
        return handler(req, res, next);
      });
    });

  test('tag() adds to the tags of the rule', async () => {
    const app = await start({ ttl: '1m', tags: (req) => [`path:${req.path}`] }, (req) =>
      req.cache.tag('a', 'b'),
    );
    for (const tag of ['a', 'b', 'path:/x']) {
      await app.get('/x');
      expect((await app.get('/x')).cacheStatus).toBe('hit; ttl=60');
      await app.cache.invalidate({ tags: [tag] });
      expect((await app.get('/x')).cacheStatus).toBe('fwd=miss; stored');
      await app.cache.invalidate({ all: true });
    }
  });

  test('ttl() wins over the rule, and over the lifetime of the response', async () => {
    const app = await start({ ttl: '1m' }, (req) => {
      req.res!.set('Cache-Control', 'max-age=10');
      req.cache.ttl('1h');
    });
    await app.get('/x');
    expect((await app.get('/x')).cacheStatus).toBe('hit; ttl=3600');
  });

  test('ttl() makes storable what the rule gives no lifetime', async () => {
    const app = await start({}, (req) => {
      req.res!.status(404);
      req.cache.ttl('1m');
    });
    expect((await app.get('/x')).cacheStatus).toBe('fwd=miss; stored');
    expect((await app.get('/x')).status).toBe(404);
  });

  test('ttl() never wins over private', async () => {
    const app = await start({ ttl: '1m' }, (req) => {
      req.res!.set('Cache-Control', 'private');
      req.cache.ttl('1h');
    });
    expect((await app.get('/x')).cacheStatus).toBe('fwd=miss; detail=PRIVATE');
  });

  test('skip() keeps an answer out', async () => {
    const app = await start({ ttl: '1m' }, (req) => req.cache.skip());
    expect((await app.get('/x')).cacheStatus).toBe('fwd=miss; detail=SKIPPED');
    expect((await app.get('/x')).text).toBe('run 2');
  });

  test('skip() while the body is on its way keeps it out as well', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '1m' }), (req, res) => {
        res.write('half');
        req.cache.skip();
        res.end();
      });
    });
    await app.get('/');
    expect(app.cache.stats()).toMatchObject({ stored: 0, notStored: { SKIPPED: 1 } });
  });

  test('status tells why the handler runs', async () => {
    const seen: string[] = [];
    const app = await start({ ttl: '10s', vary: [], waitLimit: '1s' }, (req) => {
      req.res!.vary('X-Side');
      seen.push(req.cache.status);
    });
    await app.get('/x');
    await app.get('/x', { 'x-side': '1' });
    await app.get('/x', { cookie: 'a=1' });
    app.clock.advance(11_000);
    await app.get('/x');
    expect(seen).toEqual(['miss', 'vary-miss', 'bypass', 'stale']);
  });

  test('it works, to no effect, on requests past the cache', async () => {
    const app = await start({ ttl: '1m', bypass: () => true }, ({ cache }) => {
      cache.tag('a');
      cache.ttl('1h');
      cache.skip();
    });
    expect((await app.get('/x')).cacheStatus).toBe('fwd=bypass; detail=RULE');
  });

  test('wrong tags and durations throw in the handler, with the fix', async () => {
    const errors: ShelflifeError[] = [];
    const collect = (task: () => void): void => {
      try {
        task();
      } catch (error) {
        errors.push(error as ShelflifeError);
      }
    };
    const app = await start({ ttl: '1m' }, ({ cache }) => {
      collect(() => cache.tag(''));
      collect(() => cache.ttl(300 as never));
      collect(() => cache.ttl('5 minutes'));
    });
    expect((await app.get('/x')).cacheStatus).toBe('fwd=miss; stored');
    expect(errors.map(({ code }) => code)).toEqual(['ERR_TARGET', 'ERR_OPTION', 'ERR_OPTION']);
    expect(errors[1]!.message).toContain("'300s'");
    expect(errors[2]!.message).toContain("'5m'");
  });
});
