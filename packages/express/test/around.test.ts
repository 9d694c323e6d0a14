import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { App } from '@shelflife/core/testing';
import type { Request, RequestHandler, Response } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m' } as const;
const SWR = { ttl: '10s', swr: '1m' } as const;

/** Middleware whose hook on the head throws once, for requests that ask for it. */
const failingHook: RequestHandler = (req, res, next) => {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `res`
  const { writeHead } = res;
  let isDue = req.get('x-fail') !== undefined;
  res.writeHead = function (this: Response, ...args: never[]) {
    if (!isDue) return Reflect.apply(writeHead, res, args) as Response;
    isDue = false;
    throw new Error('the hook failed');
  } as Response['writeHead'];
  next();
};

const errorPage = (_error: unknown, _req: Request, res: Response, _next: () => void): void => {
  res.statusMessage = '';
  res.status(500).send('error page');
};

describe.each(VERSIONS)('%s: what is around the cache', (_name, express) => {
  test.each<[string, RequestHandler]>([
    ['end', (_req, res) => void res.end('good')],
    ['write', (_req, res) => void (res.write('go'), res.end('od'))],
    ['writeHead', (_req, res) => void res.writeHead(200).end('good')],
    ['json', (_req, res) => void res.json('good')],
  ])('a head that is refused in %s is not stored, nor is the error page', async (_title, handler) => {
    const app = await startExpress(express, (server, cache) => {
      server.use(failingHook).get('/', responseCache(cache, RULE), handler).use(errorPage);
    });
    const failed = await app.get('/', { 'x-fail': '1' });
    expect([failed.status, failed.text, failed.cacheStatus]).toEqual([500, 'error page', '']);
    expect(app.cache.stats()).toMatchObject({ flights: 0, stored: 0 });
    expect(await app.get('/')).toMatchObject({ status: 200, cacheStatus: 'fwd=miss; stored' });
    expect((await app.get('/')).text).toContain('good');
  });

  test('a waiting request whose answer cannot be sent gets an error page, and the process goes on', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(failingHook);
      server.get('/', responseCache(cache, RULE), (_req, res) => void setTimeout(() => res.send('ok'), 30));
      server.use(errorPage);
    });
    const [leader, waiter] = await Promise.all([app.get('/'), app.get('/', { 'x-fail': '1' })]);
    expect([leader.text, waiter.status]).toEqual(['ok', 500]);
  });

  test('an answer that was begun before the cache goes on', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((_req, res, next) => (res.write('begun, '), next()));
      server.get('/', responseCache(cache, RULE), (_req, res) => void res.end('ended'));
    });
    for (let n = 0; n < 2; n++) expect((await app.get('/')).text).toBe('begun, ended');
  });

  test('fields that outer middleware sets for one user are not replayed to another', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((req, res, next) => (req.get('x-who') && res.set('X-User', req.get('x-who')), next()));
      server.get('/', responseCache(cache, RULE), counting());
    });
    expect((await app.get('/', { 'x-who': 'alice' })).headers['x-user']).toBe('alice');
    const other = await app.get('/');
    expect([other.cacheStatus, other.headers['x-user']]).toEqual(['hit; ttl=60', undefined]);
    expect((await app.get('/', { 'x-who': 'bob' })).headers['x-user']).toBe('bob');
  });

  test('what a route has stored is not read by the rule of app.use that lets more requests in', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ...RULE, cookies: 'ignore' }));
      server.get(
        '/cookies',
        responseCache(cache, RULE),
        (req, res) => void res.send(req.get('cookie') ?? 'none'),
      );
      const bypass = (req: Request): boolean => req.get('x-preview') !== undefined;
      const preview: RequestHandler = (req, res) => void res.send(req.get('x-preview') ?? 'none');
      server.get('/preview', responseCache(cache, { ...RULE, bypass }), preview);
    });
    for (const [path, field] of [
      ['/cookies', 'cookie'],
      ['/preview', 'x-preview'],
    ] as const) {
      expect((await app.get(path)).cacheStatus).toBe('fwd=miss; stored');
      expect((await app.get(path)).cacheStatus).toBe('hit; ttl=60');
      expect((await app.get(path, { [field]: 'a=1' })).text).toBe('a=1');
    }
  });

  test('P03 a URL that middleware rewrites by what the client sent has a key of its own', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((req, _res, next) => {
        if (req.get('x-admin') !== undefined) req.url = '/admin';
        next();
      });
      server.use(responseCache(cache, RULE));
      server.get('/admin', (_req, res) => void res.send('admin'));
      server.get('/', (_req, res) => void res.send('public'));
    });
    expect((await app.get('/', { 'x-admin': '1' })).text).toBe('admin');
    expect((await app.get('/')).text).toBe('public');
    expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
  });

  test('an unsafe method whose answer is begun early invalidates when it has ended, too', async () => {
    let price = 1;
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, RULE));
      server.get('/', (_req, res) => void res.send(`price ${price}`));
      server.post('/', async (_req, res) => {
        res.write('working');
        await app.get('/');
        price = 2;
        res.end('done');
      });
    });
    await app.send('POST', '/');
    expect((await app.get('/')).text).toBe('price 2');
  });

  test('fields behind the body are not stored, because a hit could not repeat them', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, RULE), (_req, res) => {
        res.write('body');
        res.addTrailers({ 'Server-Timing': 'db;dur=1' });
        res.end();
      });
    });
    await app.get('/');
    expect((await app.get('/')).cacheStatus).toMatch(/^fwd=miss/);
  });
});

describe.each(VERSIONS)('%s: a background refresh', (_name, express) => {
  const refreshed = (app: App): Promise<void> =>
    expect.poll(() => app.cache.stats().stored, { timeout: 3000 }).toBe(2);

  test('comes from the same address, so that proxies are trusted as before', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.set('trust proxy', (address: string) => address.endsWith('127.0.0.1'));
      server.get('/', responseCache(cache, SWR), (req, res) => {
        res.send(`${req.hostname} for ${String(req.get('user-agent'))}`);
      });
    });
    const headers = { 'x-forwarded-host': 'shop.example', 'user-agent': 'a browser' };
    expect((await app.get('/', headers)).text).toBe('shop.example for a browser');
    app.clock.advance(11_000);
    await app.get('/', headers);
    await refreshed(app);
    expect((await app.get('/', headers)).text).toBe('shop.example for undefined');
  });

  test('enters at the top, through what is around Express and between applications', async () => {
    const app = await startExpress(express, (server, cache) => {
      const inner = express().get('/item', responseCache(cache, SWR), (req, res) => {
        res.send(`item of ${String(Reflect.get(req, 'tenant'))}`);
      });
      server.get('/item', (_req, res) => void res.send('another route'));
      server.use('/v2', (req, res, next) => (Reflect.set(req, 'tenant', 'acme'), inner(req, res, next)));
    });
    await app.get('/v2/item');
    app.clock.advance(11_000);
    await app.get('/v2/item');
    await refreshed(app);
    expect((await app.get('/v2/item')).text).toBe('item of acme');
  });

  test('of a long answer that is piped comes to its end', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, SWR), (_req, res) => {
        Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(16_384, 'a'))).pipe(res);
      });
    });
    await app.get('/');
    app.clock.advance(11_000);
    await app.get('/');
    await refreshed(app);
    expect((await app.get('/')).body).toHaveLength(40 * 16_384);
  });

  test('does not run in the async context in which the cache was made', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const app = await context.run('whoever came first', () =>
      startExpress(express, (server, cache) => {
        server.get('/', responseCache(cache, SWR), (_req, res) => {
          seen.push(context.getStore());
          res.send('page');
        });
      }),
    );
    await context.exit(() => app.get('/'));
    app.clock.advance(11_000);
    await context.exit(() => app.get('/'));
    await refreshed(app);
    expect(seen.at(-1)).toBeUndefined();
  });
});
