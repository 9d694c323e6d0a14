import type { Rule } from '@shelflife/core';
import type { App } from '@shelflife/core/testing';
import type { Request, RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

/** What a handler can read of a URL. */
const show: RequestHandler = (req, res) => {
  const { originalUrl, url, baseUrl, path, query } = req;
  res.json({ originalUrl, url, baseUrl, path, query });
};

describe.each(VERSIONS)('%s: query parameters that do not count', (_name, express) => {
  const start = (query: Rule['query'], parser = 'extended'): Promise<App> =>
    startExpress(express, (server, cache) => {
      server.set('query parser', parser);
      const rule = { ttl: '1m', query: query! } as const;
      server.get('/page', responseCache(cache, rule), show);
      server.use('/mounted', express.Router().get('/page', responseCache(cache, rule), show));
    });

  test.each([
    ['extended', '/page', ''],
    ['simple', '/page', ''],
    ['extended', '/mounted/page', '/mounted'],
    ['simple', '/mounted/page', '/mounted'],
  ])('the handler sees a URL and a query without them (%s parser, %s)', async (parser, path, baseUrl) => {
    const app = await start({ ignore: ['utm_*'] }, parser);
    const { text } = await app.get(`${path}?utm_source=mail&b=2&utm_medium=x&a=1&a=3`);
    expect(JSON.parse(text)).toEqual({
      originalUrl: `${path}?b=2&a=1&a=3`,
      url: '/page?b=2&a=1&a=3',
      baseUrl,
      path: '/page',
      query: { b: '2', a: ['1', '3'] },
    });
    expect((await app.get(`${path}?a=1&a=3&b=2&utm_source=ad`)).cacheStatus).toBe('hit; ttl=60');
    expect((await app.get(`${path}?a=3&a=1&b=2`)).cacheStatus).toBe('fwd=miss; stored');
  });

  test.each<[string, Rule['query'], string, string, unknown]>([
    ['nothing is left', { ignore: ['utm_*'] }, '?utm_source=a', '', {}],
    ["'none'", 'none', '?a=1', '', {}],
    ['allow', { allow: ['a'] }, '?b=2&a=1', '?a=1', { a: '1' }],
    ['nested names', { ignore: ['f[*'] }, '?f[x]=1&g[y]=2', '?g[y]=2', { g: { y: '2' } }],
    ['encoded names', { ignore: ['utm_*'] }, '?%75tm_source=a&a=1', '?a=1', { a: '1' }],
    ['an empty query', { ignore: ['utm_*'] }, '?', '', {}],
  ])('%s', async (_title, query, asked, left, parsed) => {
    const app = await start(query);
    const { text } = await app.get(`/page${asked}`);
    expect(JSON.parse(text)).toMatchObject({
      originalUrl: `/page${left}`,
      url: `/page${left}`,
      query: parsed,
    });
  });

  test.each(['/page', '/mounted/page'])(
    'loggers see the URL as it was, in front and behind: %s',
    async (path) => {
      const seen: unknown[] = [];
      const log: RequestHandler = (req, res, next) => {
        const note = (when: string): void => {
          seen.push([when, req.originalUrl, { ...req.query }]);
        };
        note('before');
        res.on('finish', () => note('finish'));
        next();
      };
      const app = await startExpress(express, (server, cache) => {
        const cached = responseCache(cache, { ttl: '1m', query: { ignore: ['utm_*'] } });
        server.use(log);
        server.get('/page', cached, show);
        server.use('/mounted', express.Router().get('/page', cached, show));
      });
      const whole = `${path}?utm_source=a&b=1`;
      await app.get(whole);
      await app.get(whole);
      const query = { utm_source: 'a', b: '1' };
      const logged = [
        ['before', whole, query],
        ['finish', whole, query],
      ];
      await expect.poll(() => seen).toEqual([...logged, ...logged]);
    },
  );

  test('an error handler in front of the cache sees the URL as it was', async () => {
    let seen: unknown;
    const app = await startExpress(express, (server, cache) => {
      server.get('/page', responseCache(cache, { ttl: '1m', query: 'none' }), (_req, _res, next) =>
        next(new Error('x')),
      );
      server.use((_error: Error, req: Request, res: Parameters<RequestHandler>[1], _next: () => void) => {
        res.on('finish', () => (seen = [req.originalUrl, req.url, req.query['a']]));
        res.status(500).send('failed');
      });
    });
    expect((await app.get('/page?a=1')).status).toBe(500);
    await expect.poll(() => seen).toEqual(['/page?a=1', '/page?a=1', '1']);
  });

  test('requests past the cache keep their whole URL', async () => {
    const app = await start({ ignore: ['utm_*'] });
    const { text } = await app.get('/page?utm_source=a', { cookie: 'a=1' });
    expect(JSON.parse(text)).toMatchObject({ originalUrl: '/page?utm_source=a', query: { utm_source: 'a' } });
  });

  test('a query that middleware has checked and changed keeps its values', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((req, _res, next) => {
        const query = { ...req.query, page: Number(req.query['page']), size: 20 };
        Object.defineProperty(req, 'query', {
          value: query,
          configurable: true,
          enumerable: true,
          writable: true,
        });
        next();
      });
      server.get('/page', responseCache(cache, { ttl: '1m', query: { ignore: ['utm_*'] } }), show);
    });
    const { text } = await app.get('/page?page=3&utm_source=a');
    expect(JSON.parse(text)).toMatchObject({ query: { page: 3, size: 20 } });
    expect(text).not.toContain('utm_source');
  });

  test('a query that middleware has frozen does no harm', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.set('query parser', false);
      server.use((req, _res, next) => {
        Object.defineProperty(req, 'query', { value: Object.freeze({ a: '1' }) });
        next();
      });
      server.get('/page', responseCache(cache, { ttl: '1m', query: 'none' }), show);
    });
    expect((await app.get('/page?a=1')).status).toBe(200);
  });
});
