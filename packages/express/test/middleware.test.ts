import { randomUUID } from 'node:crypto';
import cors from 'cors';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m' } as const;

describe.each(VERSIONS)('%s: with other middleware', (_name, express) => {
  const start = (...outer: readonly RequestHandler[]): ReturnType<typeof startExpress> =>
    startExpress(express, (server, cache) => {
      for (const middleware of outer) server.use(middleware);
      server.get('/', responseCache(cache, RULE), counting());
    });

  test('helmet: the same fields on a hit, each once', async () => {
    const app = await start(helmet());
    const miss = await app.get('/');
    const hit = await app.get('/');
    expect(hit.cacheStatus).toBe('hit; ttl=60');
    expect(miss.headers['content-security-policy']).toContain("default-src 'self'");
    const { age: _age, 'cache-status': _status, ...rest } = hit.headers;
    const { 'cache-status': _missStatus, ...expected } = miss.headers;
    expect(rest).toEqual(expected);
    expect(hit.headers['x-powered-by']).toBeUndefined();
  });

  test('what outer middleware sets for each request is that of the current one on a hit', async () => {
    let requests = 0;
    const app = await start((_req, res, next) => {
      res.set('X-Request-Id', `request ${++requests}`).append('X-Multi', ['a', `b${requests}`]);
      next();
    });
    expect((await app.get('/')).headers['x-request-id']).toBe('request 1');
    const { headers, lines, text } = await app.get('/');
    expect([headers['x-request-id'], headers['x-multi'], text]).toEqual(['request 2', 'a, b2', 'run 1']);
    expect(lines.filter((name) => name === 'X-Request-Id')).toHaveLength(1);
    const { etag } = headers;
    expect((await app.get('/', { 'if-none-match': etag! })).headers['x-request-id']).toBe('request 3');
  });

  test('what the handler changes of it is stored', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((_req, res, next) => {
        res.set({ 'X-Frame-Options': 'DENY', 'X-Gone': '1' });
        next();
      });
      server.get('/', responseCache(cache, RULE), (_req, res) => {
        res.removeHeader('X-Gone');
        res.set('X-Frame-Options', 'SAMEORIGIN').send('framed');
      });
    });
    expect((await app.get('/')).headers['x-frame-options']).toBe('SAMEORIGIN');
    expect((await app.get('/')).headers['x-frame-options']).toBe('SAMEORIGIN');
  });

  test.each(['outside', 'inside'])(
    'P23 cors with a dynamic origin %s of the cache: none gets the answer to another',
    async (place) => {
      const known = ['https://a.example', 'https://b.example'];
      const reflect = cors({
        origin: (origin, allow) => allow(null, origin === undefined || known.includes(origin)),
      });
      const app = await startExpress(express, (server, cache) => {
        const cached = responseCache(cache, RULE);
        server.get('/', ...(place === 'outside' ? [reflect, cached] : [cached, reflect]), counting());
      });
      const allowed: unknown[] = [];
      const origins = [known[0]!, '', known[1]!, 'https://evil.example'];
      for (const origin of [...origins, ...origins]) {
        const { headers } = await app.get('/', origin === '' ? {} : { origin });
        allowed.push(headers['access-control-allow-origin']);
      }
      const right = [known[0], undefined, known[1], undefined];
      expect(allowed).toEqual([...right, ...right]);
      expect((await app.get('/', { origin: known[1]! })).cacheStatus).toBe('hit; ttl=60');
    },
  );

  test('cors answers preflights in front of the cache', async () => {
    const app = await start(cors());
    const { status, cacheStatus } = await app.send('OPTIONS', '/', {
      origin: 'https://a.example',
      'access-control-request-method': 'GET',
    });
    expect([status, cacheStatus]).toEqual([204, '']);
  });

  /** Sets a cookie as the head goes out, as sessions do (on-headers). Knows headers as objects only. */
  const session: RequestHandler = (_req, res, next) => {
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response;
    const patched = (...args: unknown[]): Response => {
      res.setHeader('Set-Cookie', `sid=${randomUUID()}`);
      if (args.some(Array.isArray)) throw new Error('a list of headers');
      return writeHead(...args);
    };
    Object.assign(res, { writeHead: patched });
    next();
  };

  test.each(['outside', 'inside'])('a cookie set at the last moment %s: not stored', async (place) => {
    const handler = counting();
    const app = await startExpress(express, (server, cache) => {
      const cached = responseCache(cache, RULE);
      server.get('/', ...(place === 'outside' ? [session, cached] : [cached, session]), handler);
    });
    const first = await app.get('/');
    const second = await app.get('/');
    expect([first.text, second.text, app.cache.stats().stored]).toEqual(['run 1', 'run 2', 0]);
    expect(second.headers['set-cookie']).toMatch(/^sid=/);
    expect(second.headers['set-cookie']).not.toBe(first.headers['set-cookie']);
    expect(app.cache.stats().notStored).toEqual({ 'SET-COOKIE': 2 });
  });

  test('a visitor with a new session in front of a hit gets the cookie and the stored answer', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', (req, res, next) =>
        req.query['new'] === undefined ? next() : session(req, res, next),
      );
      server.get('/', responseCache(cache, { ...RULE, query: { ignore: ['new'] } }), counting());
    });
    const { headers } = await app.get('/');
    expect(headers['set-cookie']).toBeUndefined();
    const hit = await app.get('/?new');
    expect([hit.text, hit.cacheStatus]).toEqual(['run 1', 'hit; ttl=60']);
    expect(hit.headers['set-cookie']).toMatch(/^sid=/);
    expect((await app.get('/')).headers['set-cookie']).toBeUndefined();
  });

  test.each([true, false])('a logger reads status, length and URL (X-Powered-By: %s)', async (poweredBy) => {
    const lines: unknown[] = [];
    const log: RequestHandler = (req: Request, res, next) => {
      res.on('finish', () => {
        lines.push([
          req.originalUrl,
          req.url,
          res.statusCode,
          res.getHeader('content-length'),
          res.getHeader('age'),
        ]);
      });
      next();
    };
    const app = await startExpress(express, (server, cache) => {
      server.set('x-powered-by', poweredBy);
      server.use(log);
      server.get('/', responseCache(cache, { ...RULE, query: { ignore: ['utm_*'] } }), counting());
    });
    const { headers } = await app.get('/?utm_source=a');
    await app.get('/?utm_source=b');
    await app.get('/', { 'if-none-match': headers['etag']! });
    expect(lines).toEqual([
      ['/?utm_source=a', '/?utm_source=a', 200, '5', undefined],
      ['/?utm_source=b', '/?utm_source=b', 200, '5', '0'],
      ['/', '/', 304, undefined, '0'],
    ]);
  });
});
