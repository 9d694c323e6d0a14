import { createCache } from '@shelflife/core';
import shelflife, { accelerate } from '@shelflife/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import lcache from 'fastify-lcache';
import { LRUCache } from 'lru-cache';
import type { Origin } from '../origin.js';
import { PATH, type Variant } from './variant.js';

const HOUR_MS = 3_600_000;

function onFastify(set: (app: FastifyInstance, origin: Origin) => unknown): Variant {
  return async (origin) => {
    const app = fastify({ keepAliveTimeout: 60_000 });
    await set(app, origin);
    await app.listen({ host: '127.0.0.1', port: 0 });
    return app.server;
  };
}

const bare: Variant = onFastify((app, origin) => app.get(PATH, async () => origin.object()));

const plugin = (ahead: boolean): Variant =>
  onFastify(async (app, origin) => {
    const cache = createCache();
    await app.register(shelflife, { cache });
    app.get(PATH, { config: { cache: { ttl: '1h', ahead } } }, async () => origin.object());
    if (ahead) accelerate(app, cache);
  });

const withLcache: Variant = onFastify(async (app, origin) => {
  await app.register(lcache.default, { ttlInMinutes: 60 });
  app.get(PATH, async () => origin.object());
});

const lruByHand: Variant = onFastify((app, origin) => {
  const lru = new LRUCache<string, object>({ max: 10_000, ttl: HOUR_MS });
  app.get(PATH, async (request) => {
    let value = lru.get(request.originalUrl);
    if (value === undefined) lru.set(request.originalUrl, (value = origin.object()));
    return value;
  });
});

export const fastifyVariants: Readonly<Record<string, Variant>> = {
  fastify: bare,
  'fastify + shelflife': plugin(false),
  'fastify + shelflife ahead': plugin(true),
  'fastify + fastify-lcache': withLcache,
  'fastify + lru-cache by hand': lruByHand,
};
