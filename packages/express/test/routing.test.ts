import type { App } from '@shelflife/core/testing';
import type { Request } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m' } as const;

describe.each(VERSIONS)('%s: routers and mounted applications', (_name, express) => {
  test('two routers with the same inner path do not share a response', async () => {
    const app = await startExpress(express, (server, cache) => {
      for (const name of ['/a', '/b']) {
        const router = express.Router();
        router.get('/item', responseCache(cache, RULE), (req, res) => void res.send(`${name} ${req.url}`));
        server.use(name, router);
      }
    });
    for (const path of ['/a/item', '/b/item', '/a/item', '/b/item']) {
      expect((await app.get(path)).text).toBe(`${path.slice(0, 2)} /item`);
    }
    expect(app.cache.stats()).toMatchObject({ hits: 2, stored: 2 });
  });

  test('app.use inside of a router keys the whole path too', async () => {
    const app = await startExpress(express, (server, cache) => {
      const router = express.Router({ mergeParams: true });
      router.use(responseCache(cache, RULE));
      router.get('/item', (req: Request, res) => void res.send(`shop ${String(req.params['shop'])}`));
      server.use('/shops/:shop', router);
    });
    for (const shop of ['1', '2', '1', '2']) {
      expect((await app.get(`/shops/${shop}/item`)).text).toBe(`shop ${shop}`);
    }
    expect(app.cache.stats().hits).toBe(2);
  });

  test('paths are invalidated as the client sees them', async () => {
    const app = await startExpress(express, (server, cache) => {
      const router = express.Router();
      router.get('/item', responseCache(cache, RULE), counting());
      server.use('/mounted', router);
    });
    await app.get('/mounted/item');
    await app.cache.invalidate({ paths: ['/item'] });
    expect((await app.get('/mounted/item')).text).toBe('run 1');
    await app.cache.invalidate({ paths: ['/mounted/item'] });
    expect((await app.get('/mounted/item')).text).toBe('run 2');
  });

  test('a POST to a mounted router invalidates the whole path', async () => {
    const app = await startExpress(express, (server, cache) => {
      const router = express.Router();
      router.use(responseCache(cache, RULE));
      router.get('/item', counting());
      router.post('/item', (_req, res) => res.sendStatus(201));
      server.use('/mounted', router);
    });
    await app.get('/mounted/item');
    await app.send('POST', '/mounted/item');
    expect((await app.get('/mounted/item')).text).toBe('run 2');
  });

  test.each(['router', 'application', 'application in an application'])(
    'a stale response below a mounted %s is refreshed through the root',
    async (kind) => {
      const seen: unknown[] = [];
      const handler = counting();
      const app = await startExpress(express, (server, cache) => {
        const inner = kind === 'router' ? express.Router() : express();
        inner.get('/item', responseCache(cache, { ttl: '10s', swr: '1m' }), (req, res, next) => {
          seen.push([
            req.originalUrl,
            req.baseUrl,
            req.headers.host,
            req.headers['x-user'],
            req.get('x-root'),
          ]);
          return handler(req, res, next);
        });
        server.use((req, _res, next) => {
          req.headers['x-root'] = 'passed';
          next();
        });
        if (kind !== 'application in an application') server.use('/mounted', inner);
        else server.use('/mounted', express().use('/deep', inner));
      });
      const path = kind === 'application in an application' ? '/mounted/deep/item' : '/mounted/item';
      await app.get(`${path}?a=1`, { 'x-user': 'me' });
      app.clock.advance(11_000);
      expect((await app.get(`${path}?a=1`, { 'x-user': 'you' })).cacheStatus).toBe('hit; ttl=-1');
      await expect.poll(() => app.cache.stats().stored).toBe(2);
      expect((await app.get(`${path}?a=1`)).text).toBe('run 2');
      const base = path.replace('/item', '');
      const host = `127.0.0.1:${app.port}`;
      expect(seen).toEqual([
        [`${path}?a=1`, base, host, 'me', 'passed'],
        [`${path}?a=1`, base, host, undefined, 'passed'],
      ]);
    },
  );

  test('a refresh that a handler fails leaves the stale response in place', async () => {
    let calls = 0;
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '10s', swr: '1m' }), (_req, res) => {
        if (++calls > 1) throw new Error('broken');
        res.send('first');
      });
    });
    await app.get('/');
    app.clock.advance(11_000);
    await app.get('/');
    await expect.poll(() => calls).toBe(2);
    const { status, text } = await app.get('/');
    expect([status, text]).toEqual([200, 'first']);
  });
});

// attacks.md U10: a stored page of a guarded path is reached only by what has passed the guard.
describe.each(VERSIONS)('%s: U10 spellings that a guard for a path does not know', (_name, express) => {
  const SPELLINGS = [
    '/members/1',
    '//members/1',
    '/./members/1',
    '/Members/1',
    '/members%2f1',
    '/x/../members/1',
  ];
  const spellings = [
    ...SPELLINGS,
    '/members;/1',
    '/%6dembers/1',
    '/members/1/',
    '/members/1?a',
    '/members\\1',
  ];

  test.each(spellings)('%s without a key never gets the page', async (path) => {
    const app = await startExpress(express, (server, cache) => {
      server.use('/members', (req, res, next) => {
        if (req.headers['x-api-key'] === undefined) res.status(401).send('who are you?');
        else next();
      });
      server.use(responseCache(cache, RULE));
      server.get('/members/:id', (_req, res) => void res.send('for members'));
    });
    const ask = (target: string, more = ''): Promise<string> =>
      app.raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`);
    const asMember = 'X-Api-Key: 1\r\n';
    expect(await ask('/members/1', asMember)).toContain('for members');
    await ask(path, asMember);
    const stranger = await ask(path);
    expect(stranger).toMatch(/^HTTP\/1.1 40[014]/);
    expect(stranger).not.toContain('for members');
  });
});

describe.each(VERSIONS)('%s: what the client and its proxies say of the host', (_name, express) => {
  const start = (trust: boolean): Promise<App> =>
    startExpress(express, (server, cache) => {
      server.set('trust proxy', trust);
      const link = (req: Request): string => `${req.protocol}://${req.hostname}${req.originalUrl}`;
      server.get('/', responseCache(cache, RULE), (req, res) => void res.send(link(req)));
    });
  const PROXIED = { 'x-forwarded-host': 'shop.example', 'x-forwarded-proto': 'https' };

  test('P04 trust proxy on: the forwarded host and scheme are part of the key', async () => {
    const app = await start(true);
    const requests = [
      PROXIED,
      { ...PROXIED, 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-host': 'shop.example' },
      {},
    ];
    const texts = [
      'https://shop.example/',
      'https://evil.example/',
      'http://shop.example/',
      'http://127.0.0.1/',
    ];
    for (const cacheStatus of ['fwd=miss; stored', 'hit; ttl=60']) {
      for (const [at, headers] of requests.entries()) {
        expect(await app.get('/', headers as Record<string, string>)).toMatchObject({
          text: texts[at],
          cacheStatus,
        });
      }
    }
  });

  test('P04 trust proxy off: they do not count for Express, and still get responses of their own', async () => {
    const app = await start(false);
    expect((await app.get('/', PROXIED)).text).toBe('http://127.0.0.1/');
    expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
    expect((await app.get('/', PROXIED)).cacheStatus).toBe('hit; ttl=60');
    expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
  });

  test('another Host, another response', async () => {
    const app = await start(false);
    expect((await app.get('/', { host: 'a.example' })).text).toBe('http://a.example/');
    expect((await app.get('/', { host: 'b.example' })).text).toBe('http://b.example/');
    expect((await app.get('/', { host: 'A.example:80' })).cacheStatus).toBe('hit; ttl=60');
  });

  test('the default port of https is no part of the key behind a proxy that ends TLS', async () => {
    const app = await start(true);
    const [https, http] = [{ 'x-forwarded-proto': 'https' }, { 'x-forwarded-proto': 'http' }];
    const statuses: string[] = [];
    for (const [headers, host] of [
      [https, 'shop.example'],
      [https, 'shop.example:443'],
      [http, 'shop.example'],
      [http, 'shop.example:443'],
    ] as const) {
      statuses.push((await app.get('/', { ...headers, host })).cacheStatus);
    }
    expect(statuses).toEqual(['fwd=miss; stored', 'hit; ttl=60', 'fwd=miss; stored', 'fwd=miss; stored']);
  });

  test('behind a proxy that ends TLS a stale response is refreshed as https', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.set('trust proxy', true);
      server.get('/', responseCache(cache, { ttl: '10s', swr: '1m' }), (req, res) => {
        res.send(`${req.protocol}://${req.hostname}`);
      });
    });
    await app.get('/', PROXIED);
    app.clock.advance(11_000);
    await app.get('/', PROXIED);
    await expect.poll(() => app.cache.stats().stored).toBe(2);
    expect(await app.get('/', PROXIED)).toMatchObject({
      text: 'https://shop.example',
      cacheStatus: 'hit; ttl=10',
    });
  });
});
