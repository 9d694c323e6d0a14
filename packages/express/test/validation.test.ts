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

describe.each(VERSIONS)('%s: the tag of `validators`', (_name, express) => {
  test.each<[string, RequestHandler]>([
    ['res.send', (_req, res) => void res.send('page')],
    ['res.json', (_req, res) => void res.json('page')],
  ])('goes before the digest that %s makes, so that one handler is enough', async (_by, handler) => {
    let runs = 0;
    const counted: RequestHandler = (req, res, next) => {
      runs++;
      handler(req, res, next);
    };
    const rule = { ...RULE, validators: () => ({ etag: '"v1"' }) };
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, rule), counted);
    });
    expect((await app.get('/')).headers['etag']).toBe('"v1"');
    expect((await app.get('/', { 'if-none-match': '"v1"' })).status).toBe(304);
    app.clock.advance(11_000);
    expect((await app.get('/')).cacheStatus).toBe('hit; ttl=10');
    expect(runs).toBe(1);
  });

  test('is not put on an error page', async () => {
    const rule = { negativeTtl: '10s', validators: () => ({ etag: '"v1"' }) } as const;
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, rule), (_req, res) => void res.status(404).send('none'));
    });
    for (const _ of [1, 2]) expect((await app.get('/')).headers['etag']).toMatch(/^W\/"/);
  });
});

test.each(VERSIONS)(
  '%s: a bare 304 leaves what the handler had made of the fields of outer middleware',
  async (_name, express) => {
    const app = await startExpress(express, (server, cache) => {
      server.use((_req, res, next) => {
        res.set({ Vary: 'Origin', 'X-Policy': 'strict', 'X-Request-Id': String(runs) });
        next();
      });
      server.get('/', responseCache(cache, RULE), (req, res) => {
        runs++;
        if (req.headers['if-none-match'] !== undefined) return void res.status(304).end();
        res.vary('Accept-Language').set({ ETag: '"v"', 'X-Policy': 'open' }).send('page');
      });
    });
    let runs = 0;
    const asked = { 'accept-language': 'de' };
    await app.get('/', asked);
    app.clock.advance(11_000);
    for (const status of [CONFIRMED, 'hit; ttl=10']) {
      const { headers, cacheStatus } = await app.get('/', asked);
      expect(cacheStatus).toBe(status);
      expect(headers).toMatchObject({ vary: 'Origin, Accept-Language', 'x-policy': 'open' });
      expect(headers['x-request-id']).toBe(status === CONFIRMED ? '1' : '2');
    }
    expect((await app.get('/', { 'accept-language': 'fr' })).cacheStatus).toBe('fwd=vary-miss; stored');
  },
);
