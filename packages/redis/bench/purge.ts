import { setTimeout as sleep } from 'node:timers/promises';
import { type Cache, createCache, type Store } from '@shelflife/core';
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

type Measured = Pick<PurgeRow, 'ms' | 'serverMs' | 'sent' | 'othersMs'>;

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
  await fill(redis, entries);
  // Without a memory of its own: every read is one of Redis. And none is given up: a late answer is not a missing one.
  const store: Store = { ...redisStore({ url: redis.url }), deadline: 10_000 };
  const cache = createCache({ store, memory: false });
  await confirmed(cache);
  // The script is known from then on.
  await cache.invalidate({ tags: ['other'] });
  const written = await holds(redis);
  const before = await found(cache, entries);
  const measured = await measureAcknowledged(redis, cache);
  const after = await found(cache, entries);
  await cache.close();
  await redis.stop();
  return { name: 'shelflife', entries: written, ...measured, foundBefore: before, foundAfter: after };
}

/** On a machine so busy that a second passes without an answer, an invalidation is not acknowledged: that one does not count. */
async function measureAcknowledged(redis: RedisServer, cache: Cache): Promise<Measured> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await measure(redis, () => cache.invalidate({ tags: [TAG] }));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      console.log(`once more: ${String(error)}`);
      await confirmed(cache);
      await sleep(1000);
    }
  }
}

const ATTEMPTS = 3;

/** Stores that many values, each by a load of its own. However busy the machine is, none is dropped: there is no hurry. */
async function fill(redis: RedisServer, entries: number): Promise<void> {
  // Nobody else makes these values: they need no lease, and there is nothing to look for.
  const { lease: _, ...store } = redisStore({ url: redis.url });
  const writing: Promise<void>[] = [];
  const patient: Store = {
    ...store,
    deadline: 60_000,
    get: async () => undefined,
    async set(...args) {
      const written = store.set(...args);
      writing.push(written);
      await written;
    },
  };
  const cache = createCache({ store: patient, memory: false });
  await confirmed(cache);
  const value = 'x'.repeat(200);
  await inBatches(
    entries,
    async (at) => {
      await cache.wrap(keyOf(at), () => value, { ttl: '1h', tags: [TAG] });
      await Promise.all(writing.splice(0));
    },
    BATCH,
  );
  await cache.close();
}

// As many writes as the cache has under way at most: what is more is dropped.
const BATCH = 200;
const SAMPLES = 1000;

const keyOf = (at: number): string => `key${at}`;

/** How many entries lie in Redis. */
async function holds(redis: RedisServer): Promise<number> {
  return Number(/\d+/.exec(await redis.ask('DBSIZE'))![0]) - LOG_KEYS;
}

/** Waits until the log can be reached; what was stored before it had a first record is invalid. */
async function confirmed(cache: Cache): Promise<void> {
  while (!(await cache.confirm())) await sleep(100);
}

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

async function measure(redis: RedisServer, purge: () => Promise<unknown>): Promise<Measured> {
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
  try {
    await purge();
    const ms = performance.now() - started;
    done.abort();
    await watching;
    const sent = await commandsIn(other);
    return { ms, othersMs, sent: sent.length, serverMs: sent.reduce((sum, usec) => sum + usec, 0) / 1000 };
  } finally {
    done.abort();
    await watching;
    other.disconnect();
  }
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
