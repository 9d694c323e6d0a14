import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, createCache } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import express from 'express';
import { Cluster, Redis } from 'ioredis';
import { type RedisClient, redisStore } from '../../src/index.js';
import { now, type Rendered, type WorkerOptions } from './messages.js';

/** One process of an application behind a cache, started by `startWorker()`. Its options come as JSON. */
const options = JSON.parse(process.argv[2] ?? '{}') as WorkerOptions;
const {
  redis,
  maxStaleness,
  durability = 'primary',
  rule = { ttl: '1m' },
  renderMs = [1, 5],
  clockOffsetMs = 0,
} = options;

const store = redisStore({ client: clientFor(redis) });
const clock = clockOffsetMs === 0 ? {} : { clock: clockWith(clockOffsetMs) };
const cache = createCache({ store, maxStaleness, invalidation: { durability }, ...clock });
const app = express();
let renders = 0;

app.get('/item/:id', responseCache(cache, rule), async (req, res) => {
  renders++;
  const began = now();
  const [least, most] = renderMs;
  await sleep(least + Math.random() * (most - least));
  req.cache.tag(`item:${req.params.id}`);
  const content = { id: req.params.id, began, pid: process.pid };
  const sum = createHash('sha1').update(JSON.stringify(content)).digest('hex');
  const rendered: Rendered = {
    ...content,
    sum,
    padding: 'x'.repeat(req.params.id.startsWith('large') ? 400_000 : 100),
  };
  res.json(rendered);
});

app.post('/invalidate/:id', async (req, res) => {
  const called = now();
  try {
    const { token } = await cache.invalidate({ tags: [`item:${req.params.id}`] });
    res.json({ called, acked: now(), token });
  } catch (error) {
    res.status(503).json({ called, error: String(error) });
  }
});

app.post('/confirm', async (req, res) => {
  res.json({ confirmed: await cache.confirm(req.query['token'] as string) });
});

app.get('/stats', (_req, res) => void res.json({ ...cache.stats(), renders }));

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });

process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
  process.disconnect?.();
  void cache.close();
});
// Nobody is left to ask.
process.once('disconnect', () => process.exit());

function clientFor({ url, sentinel, nodes }: WorkerOptions['redis']): RedisClient {
  const lazyConnect = true;
  if (nodes !== undefined) return new Cluster([...nodes], { lazyConnect });
  if (sentinel === undefined) return new Redis(url ?? '', { lazyConnect });
  return new Redis({
    name: sentinel.name,
    sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
    lazyConnect,
  });
}

function clockWith(offsetMs: number): Clock {
  return {
    now: () => Math.floor(performance.timeOrigin + performance.now()) + offsetMs,
    after(ms, task) {
      const timer = setTimeout(task, ms).unref();
      return () => clearTimeout(timer);
    },
  };
}
