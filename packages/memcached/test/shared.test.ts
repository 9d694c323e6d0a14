import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, createCache } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import { redisLog } from '@shelflife/redis';
import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MemcachedServer, startMemcached } from '../../../test/support/servers/memcached.js';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { memcachedStore } from '../src/index.js';

interface App {
  readonly cache: Cache;
  readonly server: Server;
  get(path: string): Promise<{ readonly cacheStatus: string; readonly text: string }>;
}

let memcached: MemcachedServer;
let redis: RedisServer;
let apps: App[];
let renders: number;

/** One process of an application, as far as the cache can tell. */
async function start(options: object = {}): Promise<App> {
  const cache = createCache({ store: memcachedStore({ servers: memcached.address }), ...options });
  const app = express();
  app.get('/:id', responseCache(cache, { ttl: '1m' }), (req, res) => {
    req.cache.tag(req.params.id);
    res.send(`render ${++renders}`);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await expect.poll(() => cache.confirm(), { timeout: 10_000 }).toBe(true);
  const started = { cache, server, get: (path: string) => get(server, path) };
  apps.push(started);
  return started;
}

async function get(server: Server, path: string): Promise<{ cacheStatus: string; text: string }> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', path, headers: { host: 'shop.example' } }).end();
  const [response] = (await once(sent, 'response')) as [
    AsyncIterable<Buffer> & { headers: Record<string, string> },
  ];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { text, cacheStatus: response.headers['cache-status']! };
}

async function texts(app: App, paths: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const path of paths) all.push((await app.get(path)).text);
  return all;
}

/** How many are the same in both. */
function same(some: readonly string[], others: readonly string[]): number {
  return some.filter((text, at) => text === others[at]).length;
}

/** What was answered is written behind the answer. */
const written = (): Promise<void> => sleep(150);

beforeEach(async () => {
  apps = [];
  renders = 0;
  [memcached, redis] = await Promise.all([startMemcached(), startRedis()]);
});
afterEach(async () => {
  for (const { cache, server } of apps) {
    server.closeAllConnections();
    server.close();
    await cache.close();
  }
  await Promise.all([memcached.stop(), redis.stop()]);
});

test('with the log of Redis two processes share what lies in Memcached, and what one invalidates is invalid in both', async () => {
  const withLog = (): Promise<App> => start({ log: redisLog({ url: redis.url }) });
  const [one, other] = [await withLog(), await withLog()];
  await written();
  expect(await one.get('/a')).toEqual({ cacheStatus: 'shelflife; fwd=miss; stored', text: 'render 1' });
  await written();
  expect(await other.get('/a')).toEqual({ cacheStatus: expect.stringMatching('hit'), text: 'render 1' });
  const { token } = await one.cache.invalidate({ tags: ['a'] });
  expect((await one.get('/a')).text).toBe('render 2');
  await expect.poll(() => other.cache.confirm(token), { timeout: 10_000 }).toBe(true);
  expect((await other.get('/a')).text).not.toBe('render 1');
});

test('without it a process uses nothing that another one stored', async () => {
  const [one, other] = [await start(), await start()];
  await one.get('/a');
  await written();
  expect(await other.get('/a')).toEqual({ cacheStatus: 'shelflife; fwd=miss; stored', text: 'render 2' });
});

test('without it Memcached is a larger memory', async () => {
  const one = await start({ memory: false });
  await one.get('/a');
  await written();
  expect(await one.get('/a')).toEqual({ cacheStatus: expect.stringMatching('hit'), text: 'render 1' });
  await one.cache.invalidate({ tags: ['a'] });
  expect((await one.get('/a')).text).toBe('render 2');
});

test('F58 a server leaves and comes back: the old twin that lies on it is not served', async () => {
  const second = await startMemcached();
  const on = (...servers: readonly string[]): Promise<App> =>
    start({ store: memcachedStore({ servers }), log: redisLog({ url: redis.url }), memory: false });
  try {
    const before = await on(memcached.address, second.address);
    await before.get('/warm');
    await written();
    const paths = Array.from({ length: 20 }, (_, at) => `/item${at}`);
    const old = await texts(before, paths);
    await written();
    expect(same(await texts(before, paths), old)).toBeGreaterThan(paths.length / 2);

    // Now all keys live on the first one.
    const without = await on(memcached.address);
    await without.get('/warm');
    await written();
    for (const path of paths) await without.cache.invalidate({ tags: [path.slice(1)] });
    const young = await texts(without, paths);
    await written();
    expect(same(await texts(without, paths), young)).toBeGreaterThan(paths.length / 2);

    const again = await on(memcached.address, second.address);
    const found = await texts(again, paths);
    expect(same(found, old)).toBe(0);
    // Those of the first server are found, those of the second are made anew.
    expect(same(found, young)).toBeGreaterThan(0);
    expect(same(found, young)).toBeLessThan(paths.length);
  } finally {
    await second.stop();
  }
}, 15_000);

test('F03 hung: requests are answered, the sixth one without delay', async () => {
  const one = await start();
  await one.get('/warm');
  memcached.pause();
  for (let at = 0; at < 6; at++) await one.get(`/first${at}`);
  // Of three goes the best: the machine may be busy.
  const goes: number[] = [];
  for (let go = 0; go < 3; go++) {
    const started = performance.now();
    for (let at = 0; at < 20; at++) await one.get(`/then${go}-${at}`);
    goes.push(performance.now() - started);
  }
  expect(Math.min(...goes)).toBeLessThan(20 * 25);
  memcached.resume();
  const hits = async (): Promise<string> => {
    await one.get('/after');
    return (await one.get('/after')).cacheStatus;
  };
  await expect.poll(hits).toMatch('hit');
});
