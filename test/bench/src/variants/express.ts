import { createCache } from '@shelflife/core';
import { accelerate, createServer, responseCache } from '@shelflife/express';
import apicache from 'apicache';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createManager } from 'cache-manager';
import express, { type Express } from 'express';
import { LRUCache } from 'lru-cache';
import routeCache from 'route-cache';
import type { Origin } from '../origin.js';
import { listen, listening, PATH, type Variant } from './variant.js';

const HOUR_MS = 3_600_000;

/** An application of its own for each server. */
function onExpress(set: (app: Express, origin: Origin) => void): Variant {
  return (origin) => {
    const app = express();
    set(app, origin);
    return listen(app);
  };
}

const bare: Variant = onExpress((app, origin) =>
  app.get(PATH, (_req, res) => void res.json(origin.object())),
);

const middleware: Variant = onExpress((app, origin) => {
  app.use(responseCache(createCache(), { ttl: '1h' }));
  app.get(PATH, (_req, res) => void res.json(origin.object()));
});

const ahead: Variant = onExpress((app, origin) => {
  const cache = createCache();
  app.get(
    PATH,
    responseCache(cache, { ttl: '1h', ahead: true }),
    (_req, res) => void res.json(origin.object()),
  );
  accelerate(app, cache);
});

/** Ordinary middleware, on the server of the adapter. */
const onOwnServer: Variant = (origin) => {
  const app = express();
  app.use(responseCache(createCache(), { ttl: '1h' }));
  app.get(PATH, (_req, res) => void res.json(origin.object()));
  return listening(createServer(app));
};

/** Plain Express on the server of the adapter. */
const bareOnOwnServer: Variant = (origin) => {
  const app = express();
  app.get(PATH, (_req, res) => void res.json(origin.object()));
  return listening(createServer(app));
};

const withApicache: Variant = onExpress((app, origin) => {
  app.use(apicache.middleware('1 hour'));
  app.get(PATH, (_req, res) => void res.json(origin.object()));
});

const withRouteCache: Variant = onExpress((app, origin) => {
  app.get(PATH, routeCache.cacheSeconds(3600), (_req, res) => void res.json(origin.object()));
});

const lruByHand: Variant = onExpress((app, origin) => {
  const lru = new LRUCache<string, object>({ max: 10_000, ttl: HOUR_MS });
  app.get(PATH, (req, res) => {
    let value = lru.get(req.originalUrl);
    if (value === undefined) lru.set(req.originalUrl, (value = origin.object()));
    res.json(value);
  });
});

const managerByHand: Variant = onExpress((app, origin) => {
  const manager = createManager({ ttl: HOUR_MS });
  app.get(PATH, async (req, res) => {
    res.json(await manager.wrap(req.originalUrl, async () => origin.object()));
  });
});

const bentoByHand: Variant = onExpress((app, origin) => {
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 10_000 })) },
  });
  app.get(PATH, async (req, res) => {
    res.json(await bento.getOrSet({ key: req.originalUrl, ttl: '1h', factory: () => origin.object() }));
  });
});

export const expressVariants: Readonly<Record<string, Variant>> = {
  express: bare,
  'express + shelflife': middleware,
  'express + shelflife ahead': ahead,
  'express + shelflife on createServer': onOwnServer,
  'express on createServer': bareOnOwnServer,
  'express + apicache': withApicache,
  'express + route-cache': withRouteCache,
  'express + lru-cache by hand': lruByHand,
  'express + cache-manager by hand': managerByHand,
  'express + bentocache by hand': bentoByHand,
};
