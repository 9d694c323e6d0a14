import { eventually, gate } from '@shelflife/core/testing';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS, whenOpen } from './host.js';

const RULE = { ttl: '1m' } as const;

/** An error whose page is the same wherever it comes from. */
function broken(): Error {
  return Object.assign(new Error('broken'), { stack: 'Error: broken' });
}

/** How handlers fail. Express 4 knows nothing of promises: there a handler must pass the rejection on itself. */
const FAILURES: readonly [string, RequestHandler][] = [
  [
    'throws',
    () => {
      throw broken();
    },
  ],
  ['calls next(error)', (_req, _res, next) => next(broken())],
  ['calls next(error) later', (_req, _res, next) => void setImmediate(() => next(broken()))],
  [
    'calls next(error) after it set fields',
    (_req, res, next) => {
      res.set('X-Half', '1').type('json').status(418);
      next(broken());
    },
  ],
];

const answer: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(503).json({ error: error.message });
};

describe.each(VERSIONS)('%s: handlers that fail', (_name, express) => {
  const start = (
    handler: RequestHandler,
    errors: readonly ErrorRequestHandler[] = [answer],
  ): ReturnType<typeof startExpress> =>
    startExpress(express, (server, cache) => {
      server.get('/cached', responseCache(cache, { ...RULE, query: { ignore: ['utm_*'] } }), handler);
      server.get('/plain', handler);
      for (const error of errors) server.use(error);
    });

  test.each(FAILURES)(
    'one that %s is answered by the error handler as without the cache',
    async (_way, handler) => {
      const app = await start(handler);
      const headers = { 'if-none-match': '"a"' };
      const cached = await app.get('/cached?utm_source=x', headers);
      const plain = await app.get('/plain?utm_source=x', headers);
      expect([cached.status, cached.headers['x-half']]).toEqual([plain.status, plain.headers['x-half']]);
      expect([cached.text, plain.text]).toEqual(['{"error":"broken"}', '{"error":"broken"}']);
      expect(cached.cacheStatus).toBe('fwd=miss; detail=NO-LIFETIME');
      expect(app.cache.stats()).toMatchObject({ stored: 0, flights: 0 });
    },
  );

  test.each(FAILURES)(
    "one that %s is answered by Express's own page as without the cache",
    async (_way, handler) => {
      const app = await start(handler, []);
      const cached = await app.get('/cached');
      const plain = await app.get('/plain');
      expect([cached.status, cached.text]).toEqual([plain.status, plain.text]);
      expect(cached.text).toContain('Error: broken');
      expect(cached.headers['content-security-policy']).toBe(plain.headers['content-security-policy']);
      expect(app.cache.stats()).toMatchObject({ stored: 0, flights: 0 });
    },
  );

  test.each(FAILURES)('requests that wait for one that %s are let go', async (_way, fail) => {
    const slow = gate();
    let calls = 0;
    const app = await startExpress(express, (server, cache) => {
      server.get('/cached', responseCache(cache, RULE), whenOpen(slow), (req, res, next) =>
        ++calls > 1 ? void res.send('fine') : fail(req, res, next),
      );
      server.use(answer);
    });
    const leader = app.get('/cached');
    await eventually(() => app.cache.stats().flights === 1);
    const waiting = [app.get('/cached'), app.get('/cached')];
    await eventually(() => app.clock.pending === 2);
    slow.open();
    expect((await leader).status).toBe(503);
    expect((await Promise.all(waiting)).map(({ text }) => text)).toEqual(['fine', 'fine']);
    expect(calls).toBe(2);
  });

  test('an error answer that says how long it is fresh is stored: the handler wants it', async () => {
    const app = await start(
      (_req, res) => void res.status(404).set('Cache-Control', 'max-age=10').send('none'),
    );
    await app.get('/cached');
    expect(await app.get('/cached')).toMatchObject({ status: 404, text: 'none', cacheStatus: 'hit; ttl=10' });
  });

  test('stale-if-error: a stale response stands in for the error page', async () => {
    let calls = 0;
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '10s', staleIfError: '1h' }), (_req, res) => {
        if (++calls > 1) throw new Error('broken');
        res.send('good');
      });
      server.use(answer);
    });
    await app.get('/');
    app.clock.advance(60_000);
    expect(await app.get('/')).toMatchObject({
      status: 200,
      text: 'good',
      cacheStatus: 'fwd=stale; fwd-status=503; detail=STALE-IF-ERROR',
    });
  });
});

test('Express 5: a handler that rejects is answered by the error handler', async () => {
  const [, express] = VERSIONS[0]!;
  const app = await startExpress(express, (server, cache) => {
    server.get('/', responseCache(cache, RULE), async () => {
      throw new Error('broken');
    });
    server.use(answer);
  });
  const { status, cacheStatus } = await app.get('/');
  expect([status, cacheStatus]).toEqual([503, 'fwd=miss; detail=NO-LIFETIME']);
  expect(app.cache.stats()).toMatchObject({ stored: 0, flights: 0 });
});
