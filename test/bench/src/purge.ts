// What it costs to invalidate a tag that many entries have: how long the call takes, and the longest time the event loop
// stood still meanwhile.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCache } from '@shelflife/core';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';

/** One row: milliseconds. */
export interface Purge {
  readonly name: string;
  readonly entries: number;
  readonly ms: number;
  readonly longestBlockMs: number;
}

/** A cache with `count` entries that all have one tag; resolves with the way to invalidate it, and to see that it was. */
type Filled = (count: number) => Promise<{ purge: () => Promise<unknown>; left: () => Promise<unknown> }>;

const shelflife: Filled = async (count) => {
  const cache = createCache({ memory: { maxSize: '4gb' } });
  for (let i = 0; i < count; i++) await cache.set(`product:${i}`, i, { ttl: '1h', tags: ['products'] });
  return {
    purge: () => cache.invalidate({ tags: ['products'] }),
    left: () => cache.get(`product:${count - 1}`),
  };
};

const bentocache: Filled = async (count) => {
  const cache = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 2_000_000 })) },
  });
  for (let i = 0; i < count; i++)
    await cache.set({ key: `product:${i}`, value: i, ttl: '1h', tags: ['products'] });
  return {
    purge: () => cache.deleteByTag({ tags: ['products'] }),
    left: () => cache.get({ key: `product:${count - 1}` }),
  };
};

/** What most libraries do: an index from the tag to its keys. */
const index: Filled = async (count) => {
  const values = new Map<string, number>();
  const tagged = new Set<string>();
  for (let i = 0; i < count; i++) {
    values.set(`product:${i}`, i);
    tagged.add(`product:${i}`);
  }
  return {
    async purge() {
      for (const key of tagged) values.delete(key);
      tagged.clear();
    },
    left: async () => values.get(`product:${count - 1}`),
  };
};

const SUBJECTS: Readonly<Record<string, Filled>> = {
  shelflife,
  bentocache,
  'Map with an index of keys': index,
};

/** Limits of ours, in milliseconds, whatever the number of entries. */
const MOST_MS = 0.2;
const MOST_BLOCK_MS = 1;

export const isGoodPurge = ({ name, ms, longestBlockMs }: Purge): boolean =>
  name !== 'shelflife' || (ms <= MOST_MS && longestBlockMs <= MOST_BLOCK_MS);

/** Measures all subjects at all sizes; the least of several purges of full caches: what else runs can only add to it. */
export async function measurePurges(): Promise<Purge[]> {
  const rows: Purge[] = [];
  for (const entries of [10, 10_000, 1_000_000])
    for (const [name, fill] of Object.entries(SUBJECTS))
      rows.push({ name, entries, ...(await least(fill, entries)) });
  return rows;
}

type Took = Pick<Purge, 'ms' | 'longestBlockMs'>;

async function least(fill: Filled, entries: number): Promise<Took> {
  const taken: Took[] = [];
  const times = entries > 100_000 ? 2 : 5;
  for (let time = 0; time < times; time++) taken.push(await once(fill, entries));
  const leastOf = (what: keyof Took): number =>
    Number(Math.min(...taken.map((took) => took[what])).toFixed(3));
  return { ms: leastOf('ms'), longestBlockMs: leastOf('longestBlockMs') };
}

async function once(fill: Filled, entries: number): Promise<Took> {
  const { purge, left } = await fill(entries);
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const blocks = watchLoop();
  const from = performance.now();
  await purge();
  const ms = performance.now() - from;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const longestBlockMs = blocks.stop();
  if ((await left()) !== undefined) throw new Error('what was invalidated is still there');
  return { ms, longestBlockMs };
}

// What filling has left behind is not to be collected during the purge.
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** The longest turn of the event loop, in processor time: what else runs on the machine does not count. */
function watchLoop(): { readonly stop: () => number } {
  const used = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  let last = used();
  let longest = 0;
  let isOn = true;
  const turn = (): void => {
    const now = used();
    longest = Math.max(longest, now - last);
    last = now;
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      isOn = false;
      return longest;
    },
  };
}
