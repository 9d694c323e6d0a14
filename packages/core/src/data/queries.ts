import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { optionError } from '../errors.js';
import { rejectUnknown } from '../rule/options.js';
import type { InvalidationTarget } from '../invalidation/target.js';
import type { DataCache } from './data-cache.js';
import type { DataKey } from './key.js';
import { ALL_TABLES, type RowId, tagsOfChange, tagsOfResult } from './query-tags.js';
import { DATA_OPTIONS, type DataRule } from './rule.js';

/** What a query reads, and how its result is kept. */
export interface QueryRule<T = unknown> extends DataRule<T> {
  /** The tables it reads: `products`, or `shop.products` for one in another schema than `public`. */
  readonly tables: readonly string[];
  /**
   * The primary keys of all rows that decide the result, or a function that finds them in it, for a query that asks
   * for rows by their keys: then it outlives changes of other rows. Default: any change of a table counts. Needs
   * exactly one table; more than 32 rows, or none, count as any.
   */
  readonly rows?: readonly RowId[] | ((result: T) => readonly RowId[]);
}

/** What a write changes. */
export interface WriteRule<T = unknown> {
  readonly tables: readonly string[];
  /** The primary keys of all rows that it changes, adds or removes, in one table. Default: any. */
  readonly rows?: readonly RowId[] | ((result: T) => readonly RowId[]);
}

/** A value of an argument that can be part of a key. */
export type QueryArgument = string | number | bigint | boolean | null | undefined;

/** The results of queries in a cache, and what makes them invalid. */
export interface Queries {
  /**
   * The stored result of a query, or what it gives now. Tags: `table:products` and, for results that depend on some
   * rows only, `products:7`, else `products:*`. Within {@link Queries.transaction} the query runs, as nobody else may
   * see what it reads, and nothing that is made of it is stored.
   * @throws ShelflifeError as `cache.wrap` does; whatever the query throws.
   */
  find<T>(key: DataKey, query: () => T | PromiseLike<T>, rule: QueryRule<T>): Promise<T>;
  /** Turns a query function into a cached one: `name` and the arguments are the key. `rule` may depend on the arguments. */
  wrap<A extends readonly QueryArgument[], T>(
    name: string,
    query: (...args: A) => T | PromiseLike<T>,
    rule: QueryRule<T> | ((...args: A) => QueryRule<T>),
  ): (...args: A) => Promise<T>;
  /**
   * Runs a write and invalidates what it has changed, before its caller hears of it: in a transaction once that is
   * committed. A write that fails invalidates too, as its answer may be all that was lost.
   */
  write<T>(work: () => T | PromiseLike<T>, rule: WriteRule<T>): Promise<T>;
  /** Says that rows were changed, added or removed; without `rows`: any. In a transaction it counts once that is committed. */
  changed(table: string, rows?: readonly RowId[]): Promise<void>;
  /**
   * Runs `work`, which begins, and commits or rolls back, a transaction of the database, and invalidates afterwards
   * what was written meanwhile. All writes and queries in it must belong to that transaction.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Makes all results invalid and stores none from now on: for a time in which changes cannot be heard of. Several add
   * up. `resume` makes all invalid once more and ends it.
   */
  suspend(): Suspension;
}

/** A time in which no results are stored. */
export interface Suspension {
  /** Ends it, once its invalidation is acknowledged. @throws what `cache.invalidate` throws; it goes on then. */
  resume(): Promise<void>;
}

/** What queries need of a cache. */
export interface QueryCache extends Pick<DataCache, 'wrap'> {
  invalidate(target: InvalidationTarget): Promise<unknown>;
}

interface Transaction {
  isOpen: boolean;
  readonly tags: Set<string>;
}

/**
 * Keeps the results of queries in a cache.
 * @throws ShelflifeError `ERR_OPTION` when it gets none.
 */
export function createQueries(cache: QueryCache): Queries {
  if (typeof (cache as Partial<QueryCache> | undefined)?.wrap !== 'function')
    throw optionError('createQueries()', 'a cache of createCache()', cache);
  const transactions = new AsyncLocalStorage<Transaction>();
  let suspensions = 0;

  const current = (): Transaction | undefined => {
    const transaction = transactions.getStore();
    return transaction?.isOpen === true ? transaction : undefined;
  };

  async function invalidate(tags: Iterable<string>): Promise<void> {
    const all = [...tags];
    if (all.length > 0) await cache.invalidate({ tags: all });
  }

  const find: Queries['find'] = async (key, query, rule) => {
    const { tables, rows, ...dataRule } = checked('find()', rule, FIND_OPTIONS);
    if (current() !== undefined) return unseen(cache, query);
    return cache.wrap(
      key,
      async (context) => {
        if (suspensions > 0) context.skip();
        const result = await query();
        context.tag(...tagsOfResult(tables, listed(rows, result)));
        return result;
      },
      dataRule,
    );
  };

  async function changed(table: string, rows?: readonly RowId[]): Promise<void> {
    const transaction = current();
    const tags = tagsOfChange(table, rows);
    if (transaction === undefined) return invalidate(tags);
    for (const tag of tags) transaction.tags.add(tag);
  }

  async function changedAll({ tables }: WriteRule<never>, rows?: readonly RowId[]): Promise<void> {
    await Promise.all(tables.map((table) => changed(table, rows)));
  }

  return {
    find,
    wrap: (name, query, rule) => {
      return (...args) => {
        const key = [name, ...args.map((arg) => `${typeof arg} ${String(arg)}`)];
        return find(key, () => query(...args), typeof rule === 'function' ? rule(...args) : rule);
      };
    },
    async write(work, given) {
      const rule = checked('write()', given, WRITE_OPTIONS);
      return settled(work, (result) => changedAll(rule, result && listed(rule.rows, result.value)));
    },
    changed,
    async transaction(work) {
      if (current() !== undefined) return work();
      const transaction: Transaction = { isOpen: true, tags: new Set() };
      return settled(
        () => transactions.run(transaction, work),
        () => {
          transaction.isOpen = false;
          return invalidate(transaction.tags);
        },
      );
    },
    suspend() {
      suspensions++;
      let ended = false;
      // In this process it holds at once; `resume` is what has to be acknowledged.
      cache.invalidate({ tags: [ALL_TABLES] }).catch(() => {});
      return {
        async resume() {
          await cache.invalidate({ tags: [ALL_TABLES] });
          if (!ended) suspensions--;
          ended = true;
        },
      };
    },
  };
}

/** Runs `work`, then `after` in any case; the error of `work` comes first. `after` gets no result when it failed. */
async function settled<T>(
  work: () => T | PromiseLike<T>,
  after: (result?: { readonly value: T }) => Promise<void>,
): Promise<T> {
  let value: T;
  try {
    value = await work();
  } catch (error) {
    await after().catch(() => {});
    throw error;
  }
  await after({ value });
  return value;
}

/** Runs a query so that neither its result nor what is made of it is stored. */
function unseen<T>(cache: QueryCache, query: () => T | PromiseLike<T>): Promise<T> {
  const load = async (context: { skip(): void }): Promise<T> => {
    context.skip();
    return query();
  };
  return cache.wrap(['transaction', randomUUID()], load, { ttl: '1s' });
}

function listed<T>(rows: WriteRule<T>['rows'], result: T): readonly RowId[] | undefined {
  return typeof rows === 'function' ? rows(result) : rows;
}

const WRITE_OPTIONS = ['tables', 'rows'];
const FIND_OPTIONS = [...WRITE_OPTIONS, ...DATA_OPTIONS];

function checked<R extends WriteRule<never>>(where: string, rule: R, known: readonly string[]): R {
  rejectUnknown(where, rule, known);
  const { tables, rows } = rule;
  if (!Array.isArray(tables) || tables.length === 0)
    throw optionError(`${where}.tables`, "the names of tables, such as ['products']", tables);
  if (rows !== undefined && tables.length > 1)
    throw optionError(`${where}.rows`, 'no rows where there are several tables', rows, 'Leave it out.');
  if (rows !== undefined && typeof rows !== 'function' && !Array.isArray(rows))
    throw optionError(
      `${where}.rows`,
      'primary keys: [7], or a function that finds them in the result',
      rows,
    );
  return rule;
}
