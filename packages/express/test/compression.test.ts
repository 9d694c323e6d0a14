import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { App } from '@shelflife/core/testing';
import compression from 'compression';
import type { RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

interface Coded {
  readonly encoding: string | undefined;
  readonly vary: string | undefined;
  readonly cacheStatus: string;
  readonly etag: string | undefined;
  /** Decoded. */
  readonly text: string;
  /** As it came over the socket. */
  readonly size: number;
}

/** A client that leaves the content coding alone. */
async function ask({ port }: App, encoding: string, path = '/'): Promise<Coded> {
  const request = get({
    host: '127.0.0.1',
    port,
    path,
    headers: { 'accept-encoding': encoding },
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const body = await buffer(response);
  const { headers } = response;
  const isGzip = headers['content-encoding'] === 'gzip';
  return {
    encoding: headers['content-encoding'],
    vary: headers.vary,
    cacheStatus: String(headers['cache-status']).replace('shelflife; ', ''),
    etag: headers.etag,
    text: (isGzip ? gunzipSync(body) : body).toString(),
    size: body.length,
  };
}

const LONG = 'long text '.repeat(1000);

const HANDLERS: readonly [string, RequestHandler][] = [
  ['send', (_req, res) => void res.type('txt').send(LONG)],
  ['pipe', (_req, res) => void Readable.from([LONG.slice(0, 999), LONG.slice(999)]).pipe(res.type('txt'))],
];

describe.each(VERSIONS)('%s: compression()', (_name, express) => {
  const outside = (handler: RequestHandler): Promise<App> =>
    startExpress(express, (server, cache) => {
      server.use(compression());
      server.get('/', responseCache(cache, { ttl: '1m' }), handler);
    });

  test.each(HANDLERS)(
    'outside of the cache: one stored response for all codings (%s)',
    async (_way, handler) => {
      const app = await outside(handler);
      const answers = [];
      for (const encoding of ['gzip', 'gzip', 'identity', 'gzip']) answers.push(await ask(app, encoding));
      expect(answers.map(({ encoding }) => encoding)).toEqual(['gzip', 'gzip', undefined, 'gzip']);
      expect(answers.map(({ text }) => text === LONG)).toEqual([true, true, true, true]);
      expect(answers.map(({ size }) => size < 1000)).toEqual([true, true, false, true]);
      expect(answers.map(({ vary }) => vary)).toEqual(Array.from({ length: 4 }, () => 'Accept-Encoding'));
      expect(answers.map(({ cacheStatus }) => cacheStatus)).toEqual([
        'fwd=miss; stored',
        'hit; ttl=60',
        'hit; ttl=60',
        'hit; ttl=60',
      ]);
      expect(app.cache.stats().memory.entries).toBe(1);
    },
  );

  test('outside of the cache: what is stored has its own length, whoever asked first', async () => {
    const app = await outside(HANDLERS[0]![1]);
    await ask(app, 'gzip');
    expect(app.events.find(({ type }) => type === 'stored')).toMatchObject({ size: LONG.length });
    expect((await app.get('/', { 'accept-encoding': 'identity' })).headers['content-length']).toBe('10000');
  });

  test('outside of the cache: small bodies stay as they are, hits too', async () => {
    const app = await outside((_req, res) => void res.type('txt').send('small'));
    for (const cacheStatus of ['fwd=miss; stored', 'hit; ttl=60']) {
      const vary = 'Accept-Encoding';
      expect(await ask(app, 'gzip')).toMatchObject({ encoding: undefined, text: 'small', vary, cacheStatus });
    }
  });

  test('outside of the cache: HEAD and 304 have no body', async () => {
    const app = await outside(HANDLERS[0]![1]);
    const { etag } = await ask(app, 'gzip');
    const head = await app.send('HEAD', '/', { 'accept-encoding': 'gzip' });
    expect([head.status, head.cacheStatus, head.body.length]).toEqual([200, 'hit; ttl=60', 0]);
    const same = await app.get('/', { 'accept-encoding': 'gzip', 'if-none-match': etag! });
    expect([same.status, same.cacheStatus, same.body.length]).toEqual([304, 'hit; ttl=60', 0]);
  });

  test.each(HANDLERS)(
    'inside of the cache: one stored response for each coding (%s)',
    async (_way, handler) => {
      const app = await startExpress(
        express,
        (server, cache) => {
          server.get('/', responseCache(cache, { ttl: '1m' }), compression(), handler);
        },
        { advice: false },
      );
      const answers = [];
      for (const encoding of ['gzip', 'identity', 'gzip', 'identity']) answers.push(await ask(app, encoding));
      expect(answers.map(({ encoding }) => encoding)).toEqual(['gzip', undefined, 'gzip', undefined]);
      expect(answers.map(({ text }) => text === LONG)).toEqual([true, true, true, true]);
      expect(answers.map(({ cacheStatus }) => cacheStatus)).toEqual([
        'fwd=miss; stored',
        'fwd=vary-miss; stored',
        'hit; ttl=60',
        'hit; ttl=60',
      ]);
    },
  );

  test('a handler that compresses and forgets Vary: other clients get an answer of their own', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ttl: '1m' }), (req, res) => {
        const isGzip = req.get('accept-encoding') === 'gzip';
        if (isGzip) res.set('Content-Encoding', 'gzip');
        res.end(isGzip ? gzipSync(LONG) : LONG);
      });
    });
    for (const status of ['fwd=miss; stored', 'hit; ttl=60']) {
      expect(await ask(app, 'gzip')).toMatchObject({ encoding: 'gzip', text: LONG, cacheStatus: status });
    }
    expect(await ask(app, 'identity')).toMatchObject({ encoding: undefined, text: LONG });
    expect(await ask(app, 'gzip')).toMatchObject({ encoding: 'gzip', cacheStatus: 'hit; ttl=60' });
  });

  const COMPRESS = { ttl: '1m', compress: true } as const;

  test.each(HANDLERS)(
    'beside a rule that compresses: what the cache coded is left alone (%s)',
    async (_way, handler) => {
      const app = await startExpress(express, (server, cache) => {
        server.use(compression());
        server.get('/', responseCache(cache, COMPRESS), handler);
      });
      const first = await ask(app, 'gzip');
      expect(first).toMatchObject({ encoding: 'gzip', vary: 'Accept-Encoding', text: LONG });
      const { etag } = await ask(app, 'identity');
      for (const encoding of ['gzip', 'gzip', 'identity', 'gzip']) {
        const hit = await ask(app, encoding);
        expect(hit).toMatchObject({ text: LONG, vary: 'Accept-Encoding', cacheStatus: 'hit; ttl=60' });
        expect(hit.encoding).toBe(encoding === 'gzip' ? 'gzip' : undefined);
        expect(hit.etag).toBe(encoding === 'gzip' ? etag!.replace(/"$/, '-gzip"') : etag);
      }
      expect(app.cache.stats().memory.entries).toBe(1);
    },
  );

  test.each(HANDLERS)(
    'inside of a rule that compresses: it has nothing to do (%s)',
    async (_way, handler) => {
      const app = await startExpress(express, (server, cache) => {
        server.get('/', responseCache(cache, COMPRESS), compression(), handler);
      });
      const answers = [];
      for (const encoding of ['gzip', 'gzip', 'identity']) answers.push(await ask(app, encoding));
      expect(answers.map(({ encoding }) => encoding)).toEqual([undefined, 'gzip', undefined]);
      expect(answers.map(({ text }) => text === LONG)).toEqual([true, true, true]);
      expect(answers.map(({ vary }) => vary)).toEqual(Array.from({ length: 3 }, () => 'Accept-Encoding'));
      expect(app.cache.stats()).toMatchObject({ stored: 1, memory: { entries: 1 } });
      expect(app.events.filter(({ type }) => type === 'advice')).toEqual([]);
    },
  );

  test('a rule that compresses: the type that middleware in front has set counts', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((_req, res, next) => {
        res.type('txt');
        next();
      });
      server.get('/', responseCache(cache, COMPRESS), (_req, res) => void res.send(LONG));
    });
    await ask(app, 'gzip');
    expect(await ask(app, 'gzip')).toMatchObject({
      encoding: 'gzip',
      text: LONG,
      cacheStatus: 'hit; ttl=60',
    });
  });

  test('outside of the cache: a part is not compressed, and says so', async () => {
    const app = await outside((_req, res) => void res.type('txt').set('ETag', '"v1"').send(LONG));
    for (const cacheStatus of ['fwd=miss; stored', 'hit; ttl=60']) {
      const part = await app.get('/', { 'accept-encoding': 'gzip', range: 'bytes=0-4999' });
      expect([part.status, part.body.length, part.cacheStatus]).toEqual([206, 5000, cacheStatus]);
      expect(part.headers).toMatchObject({
        'content-range': 'bytes 0-4999/10000',
        'cache-control': 'no-transform',
      });
      expect(part.headers).not.toHaveProperty('content-encoding');
    }
    expect((await app.get('/', { 'accept-encoding': 'identity' })).headers).not.toHaveProperty(
      'cache-control',
    );
  });

  test('Vary that middleware before the cache has set stays beside that of the codings', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use((_req, res, next) => {
        res.vary('Origin');
        next();
      });
      server.get('/', responseCache(cache, COMPRESS), HANDLERS[0]![1]);
    });
    for (const encoding of [undefined, 'gzip', 'gzip'])
      expect(await ask(app, 'gzip')).toMatchObject({ vary: 'Origin, Accept-Encoding', encoding });
  });
});
