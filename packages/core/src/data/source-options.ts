import { optionError } from '../errors.js';
import { parseDuration } from '../rule/duration.js';
import { rejectUnknown } from '../rule/options.js';
import type { Duration } from '../rule/rule.js';
import type { LoadContext } from './context.js';
import type { SourceFilter } from './filter-options.js';
import type { DataKey } from './key.js';
import { DATA_OPTIONS, type DataRule } from './rule.js';
import type { WriteQueue } from './write-behind/queue.js';
import type { Write } from './write-behind/write-behind.js';

/** Where values come from and go to, and how they are cached. */
export interface SourceOptions<Id, T> extends Omit<DataRule<T>, 'tags'> {
  /** The key of a value: `(id) => ['product', id]`. */
  readonly key: (id: Id) => DataKey;
  /** Reads one value from the origin; `undefined` when there is none. */
  readonly load: (id: Id, context: LoadContext) => T | undefined | Promise<T | undefined>;
  /** Reads several, in their order. Default: `load` for each. */
  readonly loadMany?: (
    ids: readonly Id[],
  ) => readonly (T | undefined)[] | Promise<readonly (T | undefined)[]>;
  /** Writes one value to the origin. Without it there is no `set`. */
  readonly store?: (id: Id, value: T) => unknown;
  /** Removes one value from the origin. Without it there is no `delete`. */
  readonly delete?: (id: Id) => unknown;
  /** Names under which a value can be invalidated: `(product) => ['brand:' + product.brand]`. Default: none. */
  readonly tags?: (value: T, id: Id) => readonly string[];
  /** Keeps look-ups of ids that the origin does not have away from it. Default: it is asked for all that is missing. */
  readonly filter?: SourceFilter<Id>;
  /** Acknowledges writes as soon as they are on the disk, and applies them later. Default: `set` waits for `store`. */
  readonly writeBehind?: SourceWrites<Id, T>;
}

/** How acknowledged writes are applied. */
export interface SourceWrites<Id, T> {
  /** Where they wait: `fileQueue({ directory })`. A queue belongs to one source. */
  readonly queue: WriteQueue;
  /** Writes several values of different keys at once. Default: `store` and `delete` for each. */
  readonly storeMany?: (writes: readonly Write<Id, T>[]) => unknown;
  /** How long writes are collected. Default `'100ms'`. */
  readonly delay?: Duration;
  /** Keys in one batch. Default 100. */
  readonly batchSize?: number;
  /** How often a write is tried, with pauses from 100 ms to 1 minute, before it is put aside. Default 20: some ten minutes. */
  readonly attempts?: number;
  /** Keys with a pending write; more writes are refused with `ERR_QUEUE`. Default 10,000. */
  readonly maxPending?: number;
  /** Told of a write that was put aside; it can be read with `source.buried()`. Default: a process warning. */
  readonly onBuried?: (write: Write<Id, T>, error: unknown) => void;
}

const NAMES = ['key', 'load', 'loadMany', 'store', 'delete', 'tags', 'filter', 'writeBehind'];
const WRITE_NAMES = ['queue', 'storeMany', 'delay', 'batchSize', 'attempts', 'maxPending', 'onBuried'];

/**
 * Checks the options of a source; what is left of them is the rule of its values.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function ruleOfSource<Id, T>(options: SourceOptions<Id, T>): DataRule<T> {
  rejectUnknown('source', options, [...NAMES, ...DATA_OPTIONS]);
  const { key, load, loadMany, store, delete: remove, tags, filter: _, writeBehind, ...rule } = options;
  const functions = { loadMany, store, delete: remove };
  if (typeof key !== 'function') throw optionError('source.key', `a function: (id) => ['product', id]`, key);
  if (typeof load !== 'function') throw optionError('source.load', 'a function that reads a value', load);
  for (const [name, given] of Object.entries(functions))
    if (given !== undefined && typeof given !== 'function')
      throw optionError(`source.${name}`, 'a function', given);
  if (tags !== undefined && typeof tags !== 'function')
    throw optionError('source.tags', `a function: (value, id) => ['product:' + id]`, tags);
  if (writeBehind !== undefined) checkWrites(writeBehind, store !== undefined);
  return rule;
}

function checkWrites(writes: SourceWrites<never, never>, hasStore: boolean): void {
  rejectUnknown('source.writeBehind', writes, WRITE_NAMES);
  const { queue, delay = 0, batchSize = 1, attempts = 1, maxPending = 1 } = writes;
  if (typeof (queue as Partial<WriteQueue> | undefined)?.add !== 'function')
    throw optionError('source.writeBehind.queue', 'a queue: fileQueue({ directory })', queue);
  if (!hasStore && writes.storeMany === undefined)
    throw optionError('source.store', 'a function that writes a value', undefined);
  parseDuration('source.writeBehind.delay', delay);
  for (const [name, count] of Object.entries({ batchSize, attempts, maxPending }))
    if (!Number.isSafeInteger(count) || count < 1)
      throw optionError(`source.writeBehind.${name}`, 'a whole number of at least 1', count);
}
