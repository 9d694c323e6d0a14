import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { ShelflifeError } from '../errors.js';
import { type Bloom, createBloomBuilder } from './bloom.js';
import type { DataCache, Mark } from './data-cache.js';
import { resolveFilter, type SourceFilter } from './filter-options.js';
import { type DataKey, idOf } from './key.js';
import { inTime } from './timeouts.js';

/** Knows which ids an origin cannot have. */
export interface Filter<Id> {
  /** Whether the origin has nothing under this id, for sure. */
  excludes(id: Id): boolean | Promise<boolean>;
  /** Reads all ids anew; what began before this call does not count. */
  rebuild(): Promise<void>;
  close(): void;
}

/** What sources tell their cache. For `defineSource()`. */
export interface SourceReports {
  /** A look-up was answered by a filter: there is nothing under this key. */
  filtered(key: DataKey, tags: readonly string[]): void;
  filterFailed(error: unknown): void;
  /** The cache is closed: nothing is to be done in the background any more. */
  readonly isClosed: boolean;
}

/** As much of a cache as a filter needs. */
export interface FilterCache extends Pick<DataCache, 'mark' | 'isCurrent'> {
  confirm(): Promise<boolean>;
  readonly clock: Clock;
  readonly sources: SourceReports;
}

/** The ids as they were at some moment. */
interface Snapshot {
  readonly bloom: Bloom;
  /** What was invalidated since may exist by now. */
  readonly since: Mark;
  readonly startedAt: number;
}

/** A filter is not believed any more when it is so many times older than it should be, because rebuilding it fails. */
const MAX_AGES = 3;
const FIRST_RETRY_MS = 1000;
const NOT_READ = 'source.filter: the ids were not read';
/** Invalidations of all ids have them read so many times as often as `every` says at most. */
const MAX_HURRY = 10;
/** Ids that are read at a time before others get their turn. */
const SLICE = 1000;

/** Starts to read the ids at once; until that is done nothing is excluded. */
export function createFilter<Id>(
  cache: FilterCache,
  keyOf: (id: Id) => DataKey,
  options: SourceFilter<Id>,
): Filter<Id> {
  const { ids, errorRate, every, maxIds, tags } = resolveFilter(options);
  const { clock, sources } = cache;
  let snapshot: Snapshot | undefined;
  let running: Promise<void> | undefined;
  let next: { readonly at: number; readonly cancel: () => void } | undefined;
  let failures = 0;
  let isClosed = false;
  begin().catch(() => undefined);

  async function read(isGivenUp: () => boolean): Promise<Bloom> {
    const builder = createBloomBuilder();
    for await (const id of await ids()) {
      if (isGivenUp()) break;
      builder.add(idOf(keyOf(id)).name);
      if (builder.count > maxIds)
        throw new ShelflifeError('ERR_OPTION', `source.filter: there are more than ${maxIds} ids (maxIds).`);
      if (builder.count % SLICE === 0) await setImmediate();
    }
    return builder.build(errorRate);
  }

  /** Before that nothing would be believed that is read now. */
  async function logIsKnown(): Promise<void> {
    if (isClosed || sources.isClosed || (await cache.confirm())) return;
    await new Promise<void>((resolve) => void clock.after(FIRST_RETRY_MS, resolve));
    await logIsKnown();
  }

  async function build(): Promise<void> {
    await logIsKnown();
    const since = cache.mark();
    const startedAt = clock.now();
    let isLate = false;
    const reading = read(() => isLate || isClosed);
    const bloom = await inTime(clock, MAX_AGES * every, reading, () => (isLate = true), NOT_READ);
    if (!isClosed) snapshot = { bloom, since, startedAt };
  }

  /** Reads them now, and again when it is time. */
  function begin(): Promise<void> {
    next?.cancel();
    next = undefined;
    const ended = (): void => {
      running = undefined;
      schedule(failures === 0 ? every : Math.min(every, FIRST_RETRY_MS * 2 ** (failures - 1)));
    };
    running = build().then(
      () => void (failures = 0),
      (error: unknown) => {
        failures++;
        if (!isClosed) sources.filterFailed(error);
        throw error;
      },
    );
    running.then(ended, ended);
    return running;
  }

  /** Begins in `ms` milliseconds, unless that is to be sooner already. */
  function schedule(ms: number): void {
    const at = clock.now() + ms;
    if (isClosed || sources.isClosed || running !== undefined || (next !== undefined && next.at <= at))
      return;
    next?.cancel();
    const cancel = clock.after(ms, () => void (sources.isClosed || begin().catch(() => undefined)));
    next = { at, cancel };
  }

  async function isAbsent(key: DataKey, { since, startedAt }: Snapshot): Promise<boolean> {
    if (clock.now() - startedAt > MAX_AGES * every) return false;
    if (await cache.isCurrent(since, { keys: [key], tags })) {
      sources.filtered(key, tags);
      return true;
    }
    // Of no use for any key: not only this one was changed.
    if (!(await cache.isCurrent(since, { tags })))
      schedule(Math.max(FIRST_RETRY_MS, startedAt + every / MAX_HURRY - clock.now()));
    return false;
  }

  return {
    excludes(id) {
      if (snapshot === undefined) return false;
      const key = keyOf(id);
      return snapshot.bloom.has(idOf(key).name) ? false : isAbsent(key, snapshot);
    },
    async rebuild() {
      if (isClosed) throw new ShelflifeError('ERR_CLOSED', 'the source is closed.');
      await running?.catch(() => undefined);
      // Somebody else may have waited for the same.
      await (running ?? begin());
    },
    close() {
      isClosed = true;
      snapshot = undefined;
      next?.cancel();
    },
  };
}
