import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, createCache } from '@shelflife/core';
import { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../../test/support/servers/redis.js';
import { redisStore } from '../src/index.js';
import { PEERS, TAG } from './peers.js';

/** What it takes to invalidate a tag that many entries carry. */
export interface PurgeRow {
  readonly name: string;
  readonly entries: number;
  /** Until the caller knows. */
  readonly ms: number;
  /** In Redis. */
  readonly serverMs: number;
  /** Commands that were sent. */
  readonly sent: number;
  /** What another client waited at most meanwhile. */
  readonly othersMs: number;
  /** Of some entries, the share that was found before it and after it: 0 to 1. */
  readonly foundBefore?: number;
  readonly foundAfter?: number;
}

/** Ours with `entries` of them; the others with `peerEntries`, which they have to write themselves. */
export async function measurePurges(entries: number, peerEntries: number): Promise<readonly PurgeRow[]> {
  const rows = [await measureOurs(entries)];
  for (const [name, open] of Object.entries(PEERS)) {
    const redis = await startRedis();
    const peer = open(redis.url);
    await inBatches(peerEntries, (at) => peer.fill(`key${at}`, 'x'.repeat(200)));
    rows.push({ name, entries: peerEntries, ...(await measure(redis, () => peer.purge())) });
    await peer.close();
    await redis.stop();
  }
  return rows;
}

async function measureOurs(entries: number): Promise<PurgeRow> {
  const redis = await startRedis();
  // Nobody else makes these values, so that they need no lease.
  const { lease: _, ...store } = redisStore({ url: redis.url });
  // Without a memory of its own: every read is one of Redis.
  const cache = createCache({ store, memory: false });
  await cache.confirm();
  const value = 'x'.repeat(200);
  const write = (at: number): Promise<unknown> =>
    cache.wrap(keyOf(at), () => value, { ttl: '1h', tags: [TAG] });
  // What Redis did not take within the deadline of the store, on a busy machine, is written in the next round.
  for (let round = 0; round < ROUNDS && (await holds(redis)) < entries; round++) {
    await recovered(cache);
    await inBatches(entries, write, BATCH);
    await sleep(500);
  }
  await recovered(cache);
  // The script is known from then on.
  await cache.invalidate({ tags: ['other'] });
  const written = await holds(redis);
  const before = await found(cache, entries);
  const measured = await measure(redis, () => cache.invalidate({ tags: [TAG] }));
  const after = await found(cache, entries);
  await cache.close();
  await redis.stop();
  return { name: 'shelflife', entries: written, ...measured, foundBefore: before, foundAfter: after };
}

// As many writes as the cache has under way at most: what is more is dropped.
const BATCH = 200;
const SAMPLES = 1000;

const keyOf = (at: number): string => `key${at}`;

/** How many entries lie in Redis. */
async function holds(redis: RedisServer): Promise<number> {
  return Number(/\d+/.exec(await redis.ask('DBSIZE'))![0]) - LOG_KEYS;
}

/** Waits until the log can be reached, and a store that was left alone is used again. */
async function recovered(cache: Cache): Promise<void> {
  while (!(await cache.confirm())) await sleep(100);
  await sleep(1500);
}

const ROUNDS = 5;
const LOG_KEYS = 1;

/** The share of some entries, spread over all, that the cache still finds. */
async function found(cache: Cache, entries: number): Promise<number> {
  const keys = Array.from({ length: SAMPLES }, (_, at) => keyOf(Math.floor((at * entries) / SAMPLES)));
  let hits = 0;
  for (const key of keys) if ((await cache.get(key)) !== undefined) hits++;
  return hits / SAMPLES;
}

async function inBatches(
  count: number,
  run: (at: number) => Promise<unknown>,
  size: number = 500,
): Promise<void> {
  for (let from = 0; from < count; from += size)
    await Promise.all(Array.from({ length: Math.min(size, count - from) }, (_, at) => run(from + at)));
}

async function measure(
  redis: RedisServer,
  purge: () => Promise<unknown>,
): Promise<Pick<PurgeRow, 'ms' | 'serverMs' | 'sent' | 'othersMs'>> {
  const other = new Redis(redis.url, { connectionName: OTHER });
  await other.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '1000000');
  await other.slowlog('RESET');
  let othersMs = 0;
  const done = new AbortController();
  const watch = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const started = performance.now();
      await other.get('nothing');
      othersMs = Math.max(othersMs, performance.now() - started);
    }
  };
  const watching = watch();
  const started = performance.now();
  await purge();
  const ms = performance.now() - started;
  done.abort();
  await watching;
  const sent = await commandsIn(other);
  other.disconnect();
  return { ms, othersMs, sent: sent.length, serverMs: sent.reduce((sum, usec) => sum + usec, 0) / 1000 };
}

const OTHER = 'other';

/**
 * Microseconds that each command took in Redis. The measurement and the reader of the log are not counted, nor is what a
 * script runs, which comes from no address and is in the time of the script.
 */
async function commandsIn(redis: Redis): Promise<readonly number[]> {
  const entries = (await redis.slowlog('GET', -1)) as readonly (readonly unknown[])[];
  return entries
    .filter(
      ([, , , , address, client]) => address !== '?:0' && client !== OTHER && client !== 'shelflife:reader',
    )
    .map(([, , usec]) => Number(usec));
}
