import cluster from 'node:cluster';
import { createCache } from '@shelflife/core';
import { redisStore } from '@shelflife/redis';
import { Redis } from 'ioredis';
import { createApp } from './app.js';
import { redisUrl } from './redis.js';

const WORKERS = 4;
const port = Number(process.env['PORT'] ?? 3000);

if (cluster.isPrimary) await startWorkers();
else await startServer();

async function startWorkers(): Promise<void> {
  const { url, stop } = await redisUrl();
  const workers = Array.from({ length: WORKERS }, () => cluster.fork({ REDIS_URL: url }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('listening', resolve))));
  console.log(`
${WORKERS} processes on ${url}. Try a miss, then hits, whichever process answers (X-Worker says which):
  curl -i http://127.0.0.1:${port}/report/sales
a change, and then the first line again:
  curl -i -X POST http://127.0.0.1:${port}/report/sales

More in examples/cluster-redis/README.md. Ctrl+C ends it.
`);
  const close = (): void => {
    for (const worker of workers) worker.kill();
    stop();
  };
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
}

async function startServer(): Promise<void> {
  const redis = new Redis(process.env['REDIS_URL']!);
  const cache = createCache({ store: redisStore({ client: redis }), maxStaleness: '2s' });
  // Not needed, but what is stored before the log of invalidations was read is not kept.
  await cache.confirm();
  const server = createApp(cache, redis).listen(port, '127.0.0.1');
  process.once('SIGTERM', () => {
    server.close(async () => {
      await cache.close();
      redis.disconnect();
    });
    server.closeAllConnections();
    process.disconnect();
  });
}
