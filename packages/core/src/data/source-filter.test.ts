import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gate } from '../testing/adapter/app.js';
import { fakeClock } from '../testing/fake-clock.js';
import { settled, startFiltered as start } from '../testing/filtered-source.js';
import { memoryTransport } from '../testing/memory-transport.js';
import { pass, settle } from '../testing/step.js';
import { fileQueue } from './write-behind/file-queue.js';

describe('a filter in front of a source', () => {
  test('answers for ids that the origin does not have, and for no others', async () => {
    const { source, asked, cache, rows } = await start();
    expect(await Promise.all([source.get(1), source.get(2), source.get(3)])).toEqual([
      'lamp',
      undefined,
      undefined,
    ]);
    expect(await source.getMany([2, 1, 4])).toEqual([undefined, 'lamp', undefined]);
    expect(asked).toEqual([1]);
    expect(cache.stats().data).toMatchObject({ filtered: 4, hits: 1, misses: 1, loads: 1 });
    // What it answers is not stored: strangers cannot fill the memory with it.
    expect(cache.stats().memory.entries).toBe(1);
    expect(rows.size).toBe(1);
  });

  test('lets everything through until it has read the ids', async () => {
    const { opened, open } = gate();
    const ids = async function* (): AsyncGenerator<number> {
      yield 1;
      await opened;
    };
    const { source, asked, clock } = await start({ filter: { ids } });
    await source.get(2);
    open();
    await settled(clock);
    await source.get(2);
    expect(asked).toEqual([2]);
  });

  test('finds all of 4000 ids, and reads them in pieces', { timeout: 30_000 }, async () => {
    const rows = new Map(Array.from({ length: 4000 }, (_, at) => [at, String(at)]));
    const turns: number[] = [];
    const count = (): void => void (turns.push(turns.length) < 1000 && setImmediate(count));
    setImmediate(count);
    const ids = function* (): Generator<number> {
      turns.length = 0;
      yield* rows.keys();
      expect(turns.length).toBeGreaterThan(2);
    };
    const { source, cache, asked, failed } = await start({ table: rows, filter: { ids, errorRate: 0.01 } });
    await expect.poll(async () => (await source.get(-1), cache.stats().data.filtered)).toBeGreaterThan(0);
    expect(failed).toEqual([]);
    const all = await source.getMany([...rows.keys()]);
    expect(all).toEqual([...rows.values()]);
    asked.length = 0;
    await source.getMany(Array.from({ length: 4000 }, (_, at) => 1_000_000 + at));
    expect(asked.length).toBeLessThan(100);
  });

  test('what is set through the source is found at once, also when a reading is under way', async () => {
    const { opened, open } = gate();
    let readings = 0;
    const table = new Map([[1, 'lamp']]);
    const { source, clock, asked } = await start({
      table,
      filter: {
        async *ids() {
          const known = [...table.keys()];
          if (readings++ === 1) await opened;
          yield* known;
        },
      },
    });
    await source.set(2, 'sofa');
    expect(await source.get(2)).toBe('sofa');
    clock.advance(600_000);
    await settle();
    await source.set(3, 'desk');
    expect(await source.get(3)).toBe('desk');
    open();
    await settled(clock);
    await pass(clock, 61_000, 1000);
    // Nothing is in the cache any more, and the ids that count are those from before.
    expect([await source.get(2), await source.get(3), await source.get(4)]).toEqual([
      'sofa',
      'desk',
      undefined,
    ]);
    expect([readings, asked]).toEqual([2, [2, 3]]);
  });

  test('a deleted id is let through until the next reading', async () => {
    const { source, asked, clock } = await start();
    await source.delete(1);
    await source.get(1);
    await pass(clock, 600_000, 10_000);
    await source.get(1);
    expect(asked).toEqual([1]);
  });
});

describe('an id that was created elsewhere', () => {
  test('is found after the next reading', async () => {
    const { source, rows, clock } = await start({ filter: { every: '1m' } });
    rows.set(2, 'sofa');
    await pass(clock, 59_000, 1000);
    expect(await source.get(2)).toBeUndefined();
    await pass(clock, 2000, 100);
    await settled(clock);
    expect(await source.get(2)).toBe('sofa');
  });

  test('is found at once when its key, a tag of the filter or everything is invalidated', async () => {
    for (const target of [{ keys: [['product', '2']] }, { tags: ['products'] }, { all: true }] as const) {
      const { source, rows, cache, asked } = await start({ filter: { tags: ['products'] } });
      rows.set(2, 'sofa');
      await cache.invalidate(target);
      expect(await source.get(2)).toBe('sofa');
      asked.length = 0;
      await source.get(3);
      expect(asked).toEqual('keys' in target ? [] : [3]);
    }
  });

  test('and the ids are read anew a moment after all of them were invalidated, but not each time', async () => {
    let readings = 0;
    const { source, cache, clock, asked } = await start({
      filter: { ids: () => (readings++, [1]), tags: ['products'], every: '10m' },
    });
    for (let second = 0; second < 120; second++) {
      await cache.invalidate({ tags: ['products'] });
      await source.get(3);
      await pass(clock, 1000, 100);
    }
    expect(readings).toBeLessThanOrEqual(3);
    await pass(clock, 60_000, 1000);
    asked.length = 0;
    await source.get(4);
    expect([readings, asked]).toEqual([3, []]);
  });

  test('by another process through its source: found here when its invalidation arrived', async () => {
    const clock = fakeClock();
    const log = memoryTransport(clock);
    const table = new Map([[1, 'lamp']]);
    const options = { clock, table, cache: { log } };
    const [one, other] = [await start(options), await start(options)];
    await pass(clock, 1100);
    await settled(clock);
    expect([await one.source.get(2), one.asked]).toEqual([undefined, []]);
    await other.source.set(2, 'sofa');
    await pass(clock, 20);
    expect([await one.source.get(2), one.asked]).toEqual(['sofa', [2]]);
  });

  test('is found after rebuildFilter(), also when a reading had begun before', async () => {
    const { source, rows, clock } = await start();
    const first = source.rebuildFilter();
    await settle();
    rows.set(2, 'sofa');
    await Promise.all([source.rebuildFilter(), first]);
    await pass(clock, 1);
    expect(await source.get(2)).toBe('sofa');
  });
});

describe('what is made of an answer of the filter', () => {
  test('is invalid when the id is created', async () => {
    const { source, cache } = await start();
    const page = (): Promise<string> => cache.wrap('page', async () => (await source.get(2)) ?? 'nothing');
    expect(await page()).toBe('nothing');
    await source.set(2, 'sofa');
    expect(await page()).toBe('sofa');
  });

  test('and so is what is made of a value that the origin does not have', async () => {
    const { source, cache } = await start({ filter: { ids: () => [1, 2] } });
    const page = (): Promise<string> => cache.wrap('page', async () => (await source.get(2)) ?? 'nothing');
    expect(await page()).toBe('nothing');
    await source.set(2, 'sofa');
    expect(await page()).toBe('sofa');
  });
});

test('a write that waits in the queue is found, though the origin does not have it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'filter-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { source, clock, rows } = await start({
    source: { writeBehind: { queue: fileQueue({ directory }), delay: '1h' } },
  });
  await source.set(2, 'sofa');
  expect(await source.get(2)).toBe('sofa');
  await pass(clock, 601_000, 1000);
  expect([await source.get(2), await source.getMany([2, 3]), rows.has(2)]).toEqual([
    'sofa',
    ['sofa', undefined],
    false,
  ]);
});
