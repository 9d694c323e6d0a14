import type { Cache, Rule } from '@shelflife/core';
import type { App } from '@shelflife/core/testing';
import compression from 'compression';
import type { Express, Request, RequestHandler } from 'express';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m' } as const;
const BY_USER: Rule<Request> = { ...RULE, by: (req) => (req as { user?: string }).user };
const LONG = 'long text '.repeat(1000);

/** Lets in who has a key, and says who it is. */
const authenticate: RequestHandler = (req, res, next) => {
  const user = req.get('x-key');
  if (user === undefined) return void res.status(401).send('who are you?');
  Object.assign(req, { user });
  next();
};

const greet: RequestHandler = (req, res) =>
  void res.send(`hello ${(req as { user?: string }).user ?? 'you'}`);

const write: RequestHandler = (_req, res) => void res.type('txt').send(LONG);

function adviceOf({ events }: App): readonly string[] {
  return events.flatMap((event) => (event.type === 'advice' ? [event.code] : []));
}

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockReturnValue());
afterEach(() => void vi.restoreAllMocks());

describe.each(VERSIONS)('%s: advice', (_name, express) => {
  const start = (build: (app: Express, cache: Cache) => void): Promise<App> => startExpress(express, build);

  test('U06 authentication behind the cache: who has no key never gets a hit', async () => {
    const app = await start((server, cache) => {
      server.use(responseCache(cache, RULE), authenticate);
      server.get('/', greet);
    });
    for (const name of ['alice', 'bob', 'alice']) {
      const { text, cacheStatus } = await app.get('/', { 'x-key': name });
      expect([text, cacheStatus]).toEqual([`hello ${name}`, 'fwd=miss; detail=AFTER-AUTH']);
      expect((await app.get('/')).status).toBe(401);
    }
    expect(adviceOf(app)).toEqual(['AFTER-AUTH']);
  });

  test('authentication before the cache is no mistake, nor is a cache of a route behind it', async () => {
    const app = await start((server, cache) => {
      server.use(authenticate);
      server.get('/', responseCache(cache, BY_USER), greet);
    });
    const nested = await start((server, cache) => {
      server.use(responseCache(cache, RULE), authenticate);
      server.get('/', responseCache(cache, BY_USER), greet);
    });
    for (const one of [app, nested]) {
      await one.get('/', { 'x-key': 'alice' });
      expect((await one.get('/', { 'x-key': 'bob' })).text).toBe('hello bob');
      expect(adviceOf(one)).toEqual([]);
    }
    expect((await app.get('/', { 'x-key': 'bob' })).cacheStatus).toBe('hit; ttl=60');
  });

  test('compression behind the cache is one', async () => {
    const app = await start((server, cache) => {
      server.get('/', responseCache(cache, RULE), compression(), write);
    });
    for (const coding of ['gzip', 'br', 'gzip']) await app.get('/', { 'accept-encoding': coding });
    expect(adviceOf(app)).toEqual(['COMPRESSED']);
  });

  test.each<[string, (app: Express, cache: Cache) => void]>([
    [
      'before the cache',
      (server, cache) => server.use(compression()).get('/', responseCache(cache, RULE), write),
    ],
    [
      'between two caches',
      (server, cache) =>
        server
          .use(responseCache(cache, RULE), compression())
          .get('/', responseCache(cache, { ttl: '5m' }), write),
    ],
    [
      'by the handler itself',
      (server, cache) =>
        server.get(
          '/',
          responseCache(cache, RULE),
          (_req, res) => void res.set('Content-Encoding', 'x').end('x'),
        ),
    ],
    [
      'of answers that are too small for it',
      (server, cache) => server.get('/', responseCache(cache, RULE), compression(), counting()),
    ],
  ])('compression %s is none', async (_where, build) => {
    const app = await start(build);
    await app.get('/', { 'accept-encoding': 'gzip' });
    expect(app.cache.stats().stored).toBe(1);
    expect(adviceOf(app)).toEqual([]);
  });
});
