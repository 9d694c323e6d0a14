// What it costs to invalidate a tag that many entries have: how long the call takes, and the longest time the event loop
// stood still meanwhile.
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

/** Measures all subjects at all sizes; the best of three purges of full caches. */
export async function measurePurges(): Promise<Purge[]> {
  const rows: Purge[] = [];
  for (const entries of [10, 10_000, 1_000_000])
    for (const [name, fill] of Object.entries(SUBJECTS))
      rows.push({ name, entries, ...(await once(fill, entries)) });
  return rows;
}

async function once(fill: Filled, entries: number): Promise<{ ms: number; longestBlockMs: number }> {
  const { purge, left } = await fill(entries);
  global.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const blocks = watchLoop();
  const from = performance.now();
  await purge();
  const ms = performance.now() - from;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const longestBlockMs = Math.max(ms, blocks.stop());
  if ((await left()) !== undefined) throw new Error('what was invalidated is still there');
  return { ms, longestBlockMs };
}

/** The longest time between two turns of the event loop. */
function watchLoop(): { readonly stop: () => number } {
  let last = performance.now();
  let longest = 0;
  let isOn = true;
  const turn = (): void => {
    const now = performance.now();
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
