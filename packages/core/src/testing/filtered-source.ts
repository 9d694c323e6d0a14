import { onTestFinished } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { SourceFilter } from '../data/filter-options.js';
import { defineSource, type Source } from '../data/source.js';
import type { SourceOptions } from '../data/source-options.js';
import type { CacheOptions } from '../options.js';
import { type FakeClock, fakeClock } from './fake-clock.js';
import { pass, settle } from './step.js';

/** How {@link startFiltered} differs from what it is by default. */
export interface FilteredOptions {
  readonly clock?: FakeClock;
  readonly cache?: CacheOptions;
  readonly filter?: Partial<SourceFilter<number>>;
  readonly source?: Partial<SourceOptions<number, string>>;
  readonly table?: Map<number, string>;
}

/** What a test has to do with. */
export interface Filtered {
  readonly clock: FakeClock;
  readonly cache: Cache;
  readonly rows: Map<number, string>;
  /** Ids that the origin was asked for. */
  readonly asked: number[];
  /** Errors of readings. */
  readonly failed: unknown[];
  readonly source: Source<number, string>;
}

/** A table with one row, and a source with a filter in front of it that has read the ids. */
export async function startFiltered({
  clock = fakeClock(),
  cache: options,
  filter,
  source: more,
  table,
}: FilteredOptions = {}): Promise<Filtered> {
  const cache = createCache({ clock, defaults: { ttl: '1m' }, ...options });
  const rows = table ?? new Map([[1, 'lamp']]);
  const asked: number[] = [];
  const failed: unknown[] = [];
  cache.on('filter-failed', ({ error }) => failed.push(error));
  const source = defineSource<number, string>(cache, {
    key: (id) => ['product', String(id)],
    load: (id) => (asked.push(id), rows.get(id)),
    store: (id, product) => void rows.set(id, product),
    delete: (id) => void rows.delete(id),
    filter: { ids: () => rows.keys(), errorRate: 1e-6, ...filter },
    ...more,
  });
  onTestFinished(() => source.close());
  await settled(clock);
  return { clock, cache, rows, asked, failed, source };
}

/** Reading gives way to others now and then. */
export async function settled(clock: FakeClock): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await settle();
  await pass(clock, 50);
  for (let turn = 0; turn < 10; turn++) await settle();
}
