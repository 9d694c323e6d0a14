import type { App } from '@shelflife/core/testing';
import type { RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

describe.each(VERSIONS)('%s: unsafe methods through app.use', (_name, express) => {
  const change: RequestHandler = (req, res) => {
    const { status, location } = req.query as Record<string, string>;
    if (location !== undefined) res.location(location);
    res.status(Number(status ?? 200)).send('changed');
  };

  const start = (): Promise<App> =>
    startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ttl: '1m' }));
      const get = counting();
      server.get('/items/1', get);
      server.get('/items', get);
      for (const method of ['post', 'put', 'patch', 'delete'] as const) {
        server[method]('/items/1', change);
        server[method]('/items', change);
      }
    });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    '%s invalidates its target, with every query',
    async (method) => {
      const app = await start();
      for (const path of ['/items/1', '/items/1?a=1', '/items']) await app.get(path);
      const { text, cacheStatus } = await app.send(method, '/items/1?status=200');
      expect([text, cacheStatus]).toEqual(['changed', 'fwd=method']);
      const after = [];
      for (const path of ['/items/1', '/items/1?a=1', '/items'])
        after.push((await app.get(path)).cacheStatus);
      expect(after).toEqual(['fwd=miss; stored', 'fwd=miss; stored', 'hit; ttl=60']);
    },
  );

  test('the location of what was made is invalid too', async () => {
    const app = await start();
    await app.get('/items/1');
    await app.send('POST', '/items?status=201&location=/items/1');
    expect((await app.get('/items/1')).cacheStatus).toBe('fwd=miss; stored');
  });

  test.each(['400', '404', '500'])('status %s invalidates nothing', async (status) => {
    const app = await start();
    await app.get('/items/1');
    expect((await app.send('PUT', `/items/1?status=${status}`)).status).toBe(Number(status));
    expect((await app.get('/items/1')).cacheStatus).toBe('hit; ttl=60');
  });

  test('a body parser in front or behind gets the whole body', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ttl: '1m' }), express.text());
      server.post('/', (req, res) => void res.send(`got ${String(req.body)}`));
    });
    const body = 'x'.repeat(10_000);
    expect((await app.send('POST', '/', { 'content-type': 'text/plain' }, body)).text).toBe(`got ${body}`);
  });
});
