import { describe, expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { settled, startFiltered as start } from '../testing/filtered-source.js';
import { pass } from '../testing/step.js';
import type { SourceFilter } from './filter-options.js';
import { defineSource } from './source.js';

describe('when the ids cannot be read', () => {
  test('the old ones count, it is told, and tried again soon; not for longer than three times `every`', async () => {
    let isDown = false;
    const { source, clock, asked, failed } = await start({
      filter: {
        ids: () => (isDown ? Promise.reject(new Error('down')) : [1]),
        every: '1m',
      },
    });
    isDown = true;
    await pass(clock, 60_500, 500);
    expect([failed.length, await source.get(2), asked]).toEqual([1, undefined, []]);
    await pass(clock, 7000, 500);
    expect(failed).toHaveLength(4);
    await pass(clock, 115_000, 1000);
    await source.get(2);
    expect(asked).toEqual([2]);
    isDown = false;
    await pass(clock, 61_000, 1000);
    await source.get(2);
    expect(asked).toEqual([2]);
  });

  test.each<[string, Partial<SourceFilter<number>>, RegExp]>([
    [
      'throwing',
      {
        ids: () => {
          throw new Error('broken');
        },
      },
      /broken/,
    ],
    ['no ids', { ids: () => 7 as never }, /iterable/],
    ['no keys', { ids: () => [{ toString: undefined } as never] }, /primitive/],
    ['too many', { ids: () => [1, 2, 3], maxIds: 2 }, /more than 2 ids/],
  ])('%s: everything goes through', async (_title, filter, message) => {
    const key = (id: number): string => `product ${id satisfies number}`;
    const { source, asked, failed, clock } = await start({ filter, source: { key } });
    await settled(clock);
    await source.get(9);
    expect([asked, String(failed[0])]).toEqual([[9], expect.stringMatching(message)]);
  });

  test('a reading that never ends is given up', async () => {
    const { clock, failed } = await start({ filter: { ids: () => new Promise(() => {}), every: '1s' } });
    await pass(clock, 3000, 100);
    expect(failed).toEqual([expect.objectContaining({ code: 'ERR_TIMEOUT' })]);
  });

  test('nothing is read any more when the source or the cache is closed', async () => {
    for (const what of ['source', 'cache'] as const) {
      let readings = 0;
      const all = await start({ filter: { ids: () => (readings++, [1]), every: '1s' } });
      await all[what].close();
      await pass(all.clock, 5000, 100);
      expect(readings).toBe(1);
    }
  });
});

test.each([
  [{ ids: [1] }, /source.filter.ids: expected a function/],
  [{ errorRate: 1 }, /errorRate: expected a number above 0 and below 1/],
  [{ every: '5 s' }, /source.filter.every/],
  [{ every: '10ms' }, /at least '1s'/],
  [{ maxIds: 0 }, /maxIds: expected a whole number/],
  [{ tags: 'products' }, /filter.tags: expected an array/],
  [{ keys: () => [] }, /unknown option/],
])('%j is refused', async (filter, message) => {
  await expect(start({ filter: filter as never })).rejects.toThrow(message);
});

test('rebuildFilter() without a filter says so', async () => {
  const source = defineSource<number, string>(createCache(), {
    key: String,
    ttl: '1m',
    load: () => undefined,
  });
  await expect(source.rebuildFilter()).rejects.toThrow(/without filter/);
});
