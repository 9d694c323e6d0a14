import type { Queries } from '@shelflife/core';
import { type ChangeRule, createWiring, type FindRule, type WiringOptions } from './wiring.js';

export type { ChangeRule, FindRule, WiringOptions } from './wiring.js';

/** A query builder of drizzle: `db.select().from(products)`, `db.query.products.findMany()`, `db.update(products)…` */
export interface DrizzleQuery<T> extends PromiseLike<T> {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
}

/** A database of drizzle, as far as it is needed here. */
export interface DrizzleDatabase<Tx, Config> {
  transaction<T>(work: (tx: Tx) => Promise<T>, config?: Config): Promise<T>;
}

/** Queries of drizzle, cached by the tables that they read. */
export interface DrizzleQueries<Tx, Config> {
  /** The stored result of a query, or what it gives now. @throws ShelflifeError `ERR_OPTION` when its tables cannot be found. */
  find<T>(query: DrizzleQuery<T>, rule?: FindRule<T>): Promise<T>;
  /** Sends an INSERT, UPDATE or DELETE and invalidates what it changes; in {@link transaction} once that is committed. */
  write<T>(query: DrizzleQuery<T>, rule?: ChangeRule<T>): Promise<T>;
  /** `db.transaction()`: what is written in it counts once it is committed. Send in it queries of `tx` only. */
  transaction<T>(work: (tx: Tx) => Promise<T>, config?: Config): Promise<T>;
}

/**
 * Puts the cache in front of a database of drizzle.
 * @throws ShelflifeError `ERR_OPTION` when `queries` is not of `createQueries(cache)`; as a rejection of its functions for wrong rules.
 */
export function drizzleQueries<Tx, Config>(
  db: DrizzleDatabase<Tx, Config>,
  queries: Queries,
  options: WiringOptions = {},
): DrizzleQueries<Tx, Config> {
  const wiring = createWiring<DrizzleQuery<unknown>>(queries, options, (query) => {
    const { sql, params } = query.toSQL();
    return { sql, values: params };
  });
  return {
    find: <T>(query: DrizzleQuery<T>, rule: FindRule<T> = {}) => wiring.find(query, rule),
    write: <T>(query: DrizzleQuery<T>, rule: ChangeRule<T> = {}) => wiring.write(query, rule),
    transaction: (work, config) => queries.transaction(() => db.transaction(work, config)),
  };
}
