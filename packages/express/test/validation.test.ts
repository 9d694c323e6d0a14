import { describe, expect, test } from 'vitest';
import type { RequestHandler } from 'express';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '10s' } as const;
const CONFIRMED = 'fwd=stale; fwd-status=304; stored';

// Express answers conditions itself: `res.send` and `res.sendFile` compare the request with what they send. Behind the
// cache the conditions are those of the cache.
describe.each(VERSIONS)('%s: the freshness check of Express', (_name, express) => {
  const start = (handler: RequestHandler): ReturnType<typeof startExpress> =>
    startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, RULE), handler);
    });

  test.each<[string, RequestHandler]>([
    ['res.send', (_req, res) => void res.set('X-A', '1').send('page')],
    ['res.json', (_req, res) => void res.set('X-A', '1').json('page')],
    [
      'req.fresh',
      (req, res) =>
        void res
          .set({ 'X-A': '1', ETag: '"v"' })
          .status(req.fresh ? 304 : 200)
          .end('page'),
    ],
  ])('%s makes a 304 of what has not changed, and the client gets the whole answer', async (_by, handler) => {
    const app = await start(handler);
    const first = await app.get('/');
    app.clock.advance(11_000);
    const confirmed = await app.get('/');
    expect([confirmed.status, confirmed.cacheStatus]).toEqual([200, CONFIRMED]);
    for (const name of ['content-type', 'content-length', 'etag', 'x-a'])
      expect(confirmed.headers[name]).toBe(first.headers[name]);
    expect(confirmed.text).toBe(first.text);
    expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
  });

  test('what has changed is a new answer, whatever the client has', async () => {
    let body = 'old';
    const app = await start((_req, res) => void res.send(body));
    const { etag } = (await app.get('/')).headers;
    app.clock.advance(11_000);
    body = 'new';
    const answer = await app.get('/', { 'if-none-match': etag! });
    expect([answer.status, answer.text, answer.cacheStatus]).toEqual([200, 'new', 'fwd=stale; stored']);
  });

  test('a client that has the answer gets a 304 of its own', async () => {
    const app = await start((_req, res) => void res.send('page'));
    const { etag } = (await app.get('/')).headers;
    app.clock.advance(11_000);
    const answer = await app.get('/', { 'if-none-match': `"x", ${etag!}` });
    expect([answer.status, answer.text, answer.cacheStatus]).toEqual([304, '', CONFIRMED]);
    expect(answer.headers).not.toHaveProperty('content-length');
  });
});
