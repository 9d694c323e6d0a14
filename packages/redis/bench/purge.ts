import { createCache } from '@shelflife/core';
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
  const store = redisStore({ url: redis.url });
  const cache = createCache({ store });
  const bytes = Buffer.alloc(200, 'x');
  await inBatches(entries, (at) => store.set(`key${at}`, bytes, 600_000));
  await cache.confirm();
  // The script is known from then on.
  await cache.invalidate({ tags: ['other'] });
  const measured = await measure(redis, () => cache.invalidate({ tags: [TAG] }));
  await cache.close();
  await redis.stop();
  return { name: 'shelflife', entries, ...measured };
}

async function inBatches(count: number, run: (at: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += 500)
    await Promise.all(Array.from({ length: Math.min(500, count - from) }, (_, at) => run(from + at)));
}

async function measure(
  redis: RedisServer,
  purge: () => Promise<unknown>,
): Promise<Omit<PurgeRow, 'name' | 'entries'>> {
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
