import type { Cache } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import express, { type Express } from 'express';
import type { Redis } from 'ioredis';

/** A page of the time at which it was made, slow to make, and a way to make it anew. */
export function createApp(cache: Cache, redis: Redis): Express {
  const app = express();
  app.use((_req, res, next) => {
    res.set('X-Worker', String(process.pid));
    next();
  });
  // Whoever brings the token of a change sees it, whichever process answers.
  app.use(async (req, _res, next) => {
    const token = req.get('X-Token');
    if (token !== undefined) await cache.confirm(token);
    next();
  });

  app.get('/report/:name', responseCache(cache, { ttl: '1m' }), async (req, res) => {
    req.cache.tag(`report:${req.params.name}`);
    // The one slow thing: counted in Redis, so that all workers together can be asked how often it happened.
    const run = await redis.incr('example:runs');
    await new Promise((resolve) => setTimeout(resolve, 300));
    res.json({ report: req.params.name, run });
  });

  app.post('/report/:name', async (req, res) => {
    const { token } = await cache.invalidate({ tags: [`report:${req.params.name}`] });
    res.set('X-Token', token).sendStatus(204);
  });

  return app;
}
