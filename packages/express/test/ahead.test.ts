import { createServer } from 'node:http';
import { type App, listen, startApp, type TestResponse } from '@shelflife/core/testing';
import type { Cache } from '@shelflife/core';
import compression from 'compression';
import cors from 'cors';
import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';
import { describe, expect, test } from 'vitest';
import { accelerate, responseCache } from '../src/index.js';
import { VERSIONS } from './host.js';

const RULE = { ttl: '1m', ahead: true } as const;

/** The first request fills the cache, the second says where the answer is, the third that it is the router's. */
const ROUTED = 3;

interface Started extends App {
  /** How many requests the application has seen. */
  readonly seen: () => number;
}

/** An application with this middleware in front of one route, answered ahead where that may be. */
async function start(
  express: (typeof VERSIONS)[number][1],
  middleware: readonly RequestHandler[],
  options: Parameters<typeof accelerate>[2] & {
    readonly on?: 'app' | 'server';
    readonly trust?: boolean;
  } = {},
): Promise<Started> {
  let seen = 0;
  const build = (cache: Cache): Express => {
    const app = express().set('env', 'test');
    if (options.trust === true) app.set('trust proxy', true);
    app.use((_req, _res, next) => (seen++, next()), ...middleware);
    app.get('/page', responseCache(cache, RULE), (req, res) => res.send(`${req.protocol} `.repeat(500)));
    app.use(
      '/below',
      express.Router().get('/page', responseCache(cache, RULE), (_req, res) => res.send('below')),
    );
    return app;
  };
  const app = await startApp(
    {
      name: 'Express',
      start({ cache }) {
        const built = build(cache);
        const server = createServer(built);
        accelerate(options.on === 'server' ? server : built, cache, options);
        return listen(server);
      },
    },
    [],
  );
  return { ...app, seen: () => seen };
}

async function ask(app: App, times: number, headers = {}, path = '/page'): Promise<TestResponse[]> {
  const answers: TestResponse[] = [];
  for (let left = times; left > 0; left--) answers.push(await app.get(path, headers));
  return answers;
}

let ids = 0;
const requestId: RequestHandler = (_req, res, next) => {
  res.set('X-Request-Id', String(++ids));
  next();
};
const late: RequestHandler = (_req, res, next) => {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `res`
  const { writeHead } = res;
  res.writeHead = ((...args: never[]) => {
    res.setHeader('X-Late', String(++ids));
    return Reflect.apply(writeHead, res, args) as typeof res;
  }) as typeof res.writeHead;
  next();
};
const another: RequestHandler = (_req, res, next) => {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with `res`
  const { writeHead } = res;
  res.writeHead = ((...args: never[]) => {
    res.setHeader('Content-Type', `text/x-${++ids}`);
    return Reflect.apply(writeHead, res, args) as typeof res;
  }) as typeof res.writeHead;
  next();
};
const logger: RequestHandler = (_req, res, next) => {
  res.on('finish', () => {});
  next();
};
const tenant: RequestHandler = (req, _res, next) => {
  if (req.get('x-admin') !== undefined) req.headers['authorization'] = 'Basic eDp5';
  next();
};
const rewrite: RequestHandler = (req, _res, next) => {
  req.headers['x-forwarded-host'] = 'inner.example';
  next();
};

describe.each(VERSIONS)('%s: answers ahead of the application', (_name, express) => {
  test.each<[string, RequestHandler[], number?]>([
    ['nothing', []],
    ['helmet', [helmet()]],
    ['cors', [cors()]],
    ['cors for several origins', [cors({ origin: [/example$/] })], ROUTED + 1],
    ['compression that has nothing to do', [compression({ filter: () => false })]],
    ['an access log', [logger]],
    ['helmet, cors and an access log', [helmet(), cors(), logger]],
  ])('behind %s they are those of the router, byte for byte', async (_what, middleware, routed = ROUTED) => {
    const app = await start(express, middleware);
    const headers = { Origin: 'https://shop.example' };
    const answers = await ask(app, 5, headers);
    expect(app.seen()).toBe(routed);
    const [, router, ...others] = answers;
    for (const answer of others) expect([answer.lines, answer.text]).toEqual([router!.lines, router!.text]);
    expect(others[0]!.cacheStatus).toBe('hit; ttl=60');
  });

  test.each<[string, RequestHandler[]]>([
    ['a request id', [requestId]],
    ['a field that is set as the answer goes out', [late]],
    ['one that is changed then', [another]],
    ['compression', [compression()]],
    ['a header that middleware has added', [rewrite]],
  ])('there are none behind %s', async (_what, middleware) => {
    const app = await start(express, middleware);
    await ask(app, 5, { 'Accept-Encoding': 'gzip' });
    expect(app.seen()).toBe(5);
    expect(app.cache.stats()).toMatchObject({ hits: 4, misses: 1 });
  });

  test('a request that has to be looked at is left to the application', async () => {
    const app = await start(express, [tenant]);
    await ask(app, 4);
    expect(app.seen()).toBe(ROUTED);
    await app.get('/page', { Authorization: 'Basic eDp5' });
    await app.get('/page', { Cookie: 'a=1' });
    await app.get('/page', { 'X-Forwarded-Host': 'other.example' });
    await app.send('POST', '/page');
    expect(app.seen()).toBe(ROUTED + 4);
  });

  test('each new answer goes through the router once more', async () => {
    const app = await start(express, []);
    await ask(app, 4);
    await app.cache.invalidate({ all: true });
    await ask(app, 4);
    app.clock.advance(60_000);
    await ask(app, 4);
    // Where the answer is was known by then.
    expect(app.seen()).toBe(ROUTED + 2 * (ROUTED - 1));
    expect(app.cache.stats()).toMatchObject({ hits: 9, misses: 3 });
  });

  test('the scheme is what the application makes of proxies', async () => {
    const app = await start(express, [], { trust: true });
    await ask(app, 4);
    const [answer] = (await ask(app, 4, { 'X-Forwarded-Proto': 'https' })).toReversed();
    expect([answer!.text.slice(0, 6), app.seen()]).toEqual(['https ', 2 * ROUTED]);
    expect((await app.get('/page')).text.slice(0, 5)).toBe('http ');
  });

  test('routes of routers are answered too, and by their whole path', async () => {
    const app = await start(express, []);
    await ask(app, 4);
    await ask(app, 4, {}, '/below/page');
    expect([app.seen(), (await app.get('/below/page')).text]).toEqual([2 * ROUTED, 'below']);
  });

  test('a server can be accelerated in place of an application', async () => {
    const app = await start(express, [], { on: 'server' });
    await ask(app, 4);
    expect(app.seen()).toBe(ROUTED);
    await ask(app, 4, { 'X-Forwarded-Proto': 'https' });
    expect(app.seen()).toBe(ROUTED + 4);
  });

  test('whoever keeps an access log is told of them', async () => {
    const log: unknown[] = [];
    const answered = (req: { url?: string }, _res: unknown, status: number): void =>
      void log.push([req.url, status]);
    const app = await start(express, [], { answered: answered as never });
    const [first] = await ask(app, ROUTED + 1);
    await app.get('/page', { 'If-None-Match': first!.headers['etag']! });
    expect(log).toEqual([
      ['/page', 200],
      ['/page', 304],
    ]);
  });

  test('a mounted application leaves the middleware of the one around it alone', async () => {
    let seen = 0;
    const app = await startApp(
      {
        name: 'Express',
        start({ cache }) {
          const inner = express().get('/page', responseCache(cache, RULE), (_req, res) => res.send('inner'));
          accelerate(inner, cache);
          return listen(
            createServer(
              express()
                .use((_req, _res, next) => (seen++, next()))
                .use(inner),
            ),
          );
        },
      },
      [],
    );
    await ask(app, 4);
    expect(seen).toBe(4);
  });
});

test.each([
  ['by', { by: () => 'x' }],
  ['key', { key: () => 'x' }],
  ['bypass', { bypass: () => false }],
  ['cookies', { cookies: { allow: ['a'] } }],
  ['storeSetCookie', { storeSetCookie: true }],
])('a route with %s is never one that may be', async (name, rule) => {
  const app = await startApp({ name: 'none', start: () => listen(createServer()) }, []);
  expect(() => responseCache(app.cache, { ...RULE, ...rule })).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringMatching(`rule.ahead: .*${name}`) }),
  );
});

test('what is no application, no server or no cache is refused', async () => {
  const app = await startApp({ name: 'none', start: () => listen(createServer()) }, []);
  expect(() => accelerate({} as never, app.cache)).toThrow('an Express application or a server');
  expect(() => accelerate(createServer(), undefined as never)).toThrow('must be a cache');
});
