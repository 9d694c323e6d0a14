import type { DataCache } from './data-cache.js';
import type { DataKey } from './key.js';
import { idOf } from './key.js';
import type { LoadContext } from './context.js';
import { createFilter, type FilterCache } from './source-filter.js';
import { createTurns } from './turns.js';
import { ruleOfSource, type SourceOptions } from './source-options.js';
import { writesOf } from './source-writes.js';
import { optionError, ShelflifeError } from '../errors.js';
import { resolveDataRule } from './rule.js';
import type { InvalidationTarget } from '../invalidation/target.js';

/** Values with an origin behind them, which hides behind the cache. */
export interface Source<Id, T> {
  /** The value, from the cache or the origin (read-through); `undefined` when there is none. */
  get(id: Id): Promise<T | undefined>;
  /** The values of many, in their order, with one call of `loadMany` for all that are missing. */
  getMany(ids: readonly Id[]): Promise<(T | undefined)[]>;
  /**
   * Writes a value. Write-through: to the origin, then in the cache; writes of one key keep their order. Write-behind:
   * resolves when it outlives a crash.
   * @throws whatever `store` throws (then the cache is as it was, or empty); ShelflifeError `ERR_QUEUE` when a
   * write-behind queue did not take it, `ERR_NOT_ACKNOWLEDGED` when other processes may go on with the old value.
   */
  set(id: Id, value: T): Promise<void>;
  /** Removes a value, as {@link Source.set} writes one. */
  delete(id: Id): Promise<void>;
  /** Keys whose write is acknowledged and not applied yet. */
  readonly pending: number;
  /** Writes that failed too often and were put aside, oldest first. */
  buried(): Promise<readonly unknown[]>;
  /**
   * Reads the ids of the `filter` anew, such as after an import; resolves when they count.
   * @throws whatever reading them throws; ShelflifeError `ERR_OPTION` without a filter.
   */
  rebuildFilter(): Promise<void>;
  /** Applies what is pending, for `10 s` at most, and closes the queue. What is left is applied at the next start. */
  close(): Promise<void>;
}

/** As much of a cache as a source needs. */
export interface SourceCache
  extends Pick<DataCache, 'wrap' | 'wrapMany' | 'set' | 'mark' | 'delete'>, FilterCache {
  invalidate(target: InvalidationTarget): Promise<unknown>;
  /** The cache's defaults. */
  rule(): { readonly ttl: number | undefined };
}

/**
 * Puts a cache in front of an origin: `get` reads through it, `set` and `delete` write through it, or behind it with
 * `writeBehind`.
 * @throws ShelflifeError `ERR_OPTION` for wrong options.
 */
export function defineSource<Id, T>(cache: SourceCache, options: SourceOptions<Id, T>): Source<Id, T> {
  if (typeof (cache as Partial<SourceCache> | undefined)?.wrap !== 'function')
    throw optionError('defineSource()', 'a cache of createCache() before the options', cache);
  const rule = ruleOfSource(options);
  if (resolveDataRule(rule, cache.rule().ttl).ttl === undefined)
    throw optionError('source.ttl', `a duration such as '5m'`, undefined);
  const turns = createTurns();
  const writes = options.writeBehind && writesOf(cache, options, options.writeBehind);
  const filter = options.filter && createFilter(cache, options.key, options.filter);

  async function load(id: Id, context: LoadContext): Promise<T | undefined> {
    await writes?.ready;
    const written = writes?.pending(idOf(options.key(id)).table);
    return written === undefined ? options.load(id, context) : written.value;
  }

  function tagged(id: Id, value: T | undefined, context: LoadContext | undefined): T | undefined {
    if (value !== undefined && options.tags !== undefined) context?.tag(...options.tags(value, id));
    return value;
  }

  async function loadMany(ids: readonly Id[]): Promise<readonly (T | undefined)[]> {
    await writes?.ready;
    const known = ids.map((id) => writes?.pending(idOf(options.key(id)).table));
    const missing = ids.filter((_id, at) => known[at] === undefined);
    const loaded = missing.length === 0 ? [] : await options.loadMany!(missing);
    if (loaded.length !== missing.length)
      throw new ShelflifeError(
        'ERR_OPTION',
        `source.loadMany: expected ${missing.length} values, got ${loaded.length}.`,
      );
    const rest = loaded.values();
    return known.map((written) => (written === undefined ? rest.next().value : written.value));
  }

  /** Whether there is nothing under this id, as the filter knows. */
  async function isAbsent(id: Id): Promise<boolean> {
    if (filter === undefined) return false;
    await writes?.ready;
    return writes?.pending(idOf(options.key(id)).table) === undefined && filter.excludes(id);
  }

  async function getSome(ids: readonly Id[]): Promise<(T | undefined)[]> {
    const byKey = new Map(ids.map((id) => [idOf(options.key(id)).table, id]));
    return cache.wrapMany<T | undefined, DataKey>(
      ids.map((id) => options.key(id)),
      async (keys, context) => {
        const missing = keys.map((key) => byKey.get(idOf(key).table)!);
        const values = await loadMany(missing);
        return values.map((value, at) => tagged(missing[at]!, value, context.for(keys[at]!)));
      },
      rule,
    );
  }

  async function through(id: Id, write: () => unknown, value: T | undefined): Promise<void> {
    const key = options.key(id);
    await turns.take(idOf(key).table, async () => {
      const since = cache.mark();
      try {
        await write();
      } catch (error) {
        // Nobody knows whether the origin has it.
        await cache.delete(key).catch(() => undefined);
        throw error;
      }
      // With other processes around nobody knows in which order the origin had their writes: it is asked again.
      if (value === undefined || since.isShared) return cache.delete(key);
      await cache.set(key, value, { ...rule, tags: options.tags?.(value, id) ?? [], since });
    });
  }

  return {
    async get(id) {
      if (filter !== undefined && (await isAbsent(id))) return undefined;
      return cache.wrap<T | undefined>(
        options.key(id),
        async (context) => tagged(id, await load(id, context), context),
        rule,
      );
    },
    async getMany(ids) {
      if (options.loadMany === undefined) return Promise.all(ids.map((id) => this.get(id)));
      const absent = await Promise.all(ids.map(isAbsent));
      const found = (await getSome(ids.filter((_id, at) => absent[at] !== true))).values();
      return absent.map((isNone) => (isNone ? undefined : found.next().value));
    },
    async set(id, value) {
      if (writes !== undefined) return writes.add({ id, value });
      if (options.store === undefined) throw missingOption('set', 'store');
      await through(id, () => options.store!(id, value), value);
    },
    async delete(id) {
      if (options.delete === undefined && options.writeBehind?.storeMany === undefined)
        throw missingOption('delete', 'delete');
      if (writes !== undefined) return writes.add({ id, deleted: true });
      await through(id, () => options.delete!(id), undefined);
    },
    get pending() {
      return writes?.pendingKeys() ?? 0;
    },
    buried: async () => (await writes?.buried()) ?? [],
    async rebuildFilter() {
      if (filter === undefined) throw missingOption('rebuildFilter', 'filter');
      await filter.rebuild();
    },
    async close() {
      filter?.close();
      await writes?.close();
    },
  };
}

function missingOption(method: string, option: string): ShelflifeError {
  return new ShelflifeError('ERR_OPTION', `source.${method}(): the source was defined without ${option}.`);
}
