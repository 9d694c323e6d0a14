import { type Advice, createCache } from '@shelflife/core';
import { Cluster, Redis } from 'ioredis';
import { afterEach, expect, test, vi } from 'vitest';
import { startCluster } from '../../../test/support/servers/cluster.js';
import { startRedis } from '../../../test/support/servers/redis.js';
import { redisStore, type RedisStoreOptions } from '../src/index.js';

afterEach(() => void vi.restoreAllMocks());

async function adviceFor(options: RedisStoreOptions): Promise<readonly Advice[]> {
  const store = redisStore(options);
  try {
    return await store.check!();
  } finally {
    await store.close!();
  }
}

test.each([
  [
    ['maxmemory-policy allkeys-lru'],
    ['REDIS-EVICTION'],
    /has the maxmemory-policy allkeys-lru: it may drop the log/,
  ],
  [
    ['maxmemory-policy allkeys-lfu', 'maxmemory 50mb'],
    ['REDIS-EVICTION'],
    /Set maxmemory-policy to volatile-lru/,
  ],
  [
    ['maxmemory-policy noeviction', 'maxmemory 50mb'],
    ['REDIS-EVICTION'],
    /once it is full it stores nothing more/,
  ],
  [['maxmemory-policy noeviction'], [], /^$/],
  [['maxmemory-policy volatile-lru', 'maxmemory 50mb'], [], /^$/],
])('F12 a server with %j', async (config, codes, message) => {
  const { url, stop } = await startRedis(config);
  try {
    const advice = await adviceFor({ url });
    expect(advice.map(({ code }) => code)).toEqual(codes);
    expect(advice.map((one) => one.message).join('')).toMatch(message);
    for (const one of advice) expect(one.message).toContain(`Redis at ${new URL(url).host} `);
  } finally {
    await stop();
  }
});

test('a Cluster that stops as a whole is told of, and one that does not is not', async () => {
  const { nodes, masters, stop } = await startCluster();
  const client = new Cluster([...nodes], { lazyConnect: true });
  try {
    const [advice, ...more] = await adviceFor({ client });
    expect(more).toEqual([]);
    expect(advice).toMatchObject({ code: 'REDIS-COVERAGE', message: expect.stringContaining('to no') });
    for (const master of masters) await master.ask('CONFIG', 'SET', 'cluster-require-full-coverage', 'no');
    expect(await adviceFor({ client })).toEqual([]);
  } finally {
    await stop();
  }
}, 20_000);

test('F11 who may not ask gets no advice and no error', async () => {
  const { port, url, ask, stop } = await startRedis(['maxmemory-policy allkeys-lru']);
  try {
    await ask('ACL', 'SETUSER', 'cache', 'on', '>pass', '~*', '+@all', '-info', '-config');
    // Without INFO ioredis cannot tell that the server is ready, unless it is told not to ask.
    const client = new Redis(port, { username: 'cache', password: 'pass', lazyConnect: true });
    expect(await adviceFor({ client })).toEqual([]);
  } finally {
    await stop();
  }
  expect(url).toContain(String(port));
});

test('F12 the cache passes it on, once, as an event and a process warning', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  const { url, stop } = await startRedis(['maxmemory-policy allkeys-lru']);
  const cache = createCache({ store: redisStore({ url }) });
  const heard: string[] = [];
  cache.on('advice', ({ code }) => heard.push(code));
  try {
    await expect.poll(() => heard).toEqual(['REDIS-EVICTION']);
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('volatile-lru'), {
      type: 'ShelflifeAdvice',
      code: 'REDIS-EVICTION',
    });
  } finally {
    await cache.close();
    await stop();
  }
});
