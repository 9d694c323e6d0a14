import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Where Redis is: `REDIS_URL`, or a server of the example's own that ends with it. */
export async function redisUrl(): Promise<{ readonly url: string; stop: () => void }> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined) return { url: given, stop() {} };
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--maxmemory-policy',
    'volatile-lru',
  ];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  child.once('error', () => {
    console.error('There is no redis-server here: run apt-get install -y redis-server, or give REDIS_URL.');
    process.exit(1);
  });
  process.once('exit', () => child.kill());
  await answers(port);
  return { url: `redis://127.0.0.1:${port}`, stop: () => void child.kill() };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function answers(port: number): Promise<void> {
  const redis = new Redis(port, { lazyConnect: true, retryStrategy: null });
  redis.on('error', () => {});
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      await redis.connect();
      return redis.disconnect();
    } catch {
      await sleep(50);
    }
  }
}
