import type { Queries } from '@shelflife/core';
import { type ChangeRule, createWiring, type FindRule, type WiringOptions } from './wiring.js';

export type { ChangeRule, FindRule, WiringOptions } from './wiring.js';

/** A query builder of knex: `knex('products').where({ id: 1 })`, `knex.raw(…)` */
export interface KnexQuery<T> extends PromiseLike<T> {
  toSQL(): { toNative(): { readonly sql: string; readonly bindings?: unknown } };
}

/** An instance of knex, as far as it is needed here. */
export interface KnexDatabase<Tx> {
  transaction<T>(work: (trx: Tx) => Promise<T>, config?: object): Promise<T>;
}

/** Queries of knex, cached by the tables that they read. */
export interface KnexQueries<Tx> {
  /** The stored result of a query, or what it gives now. @throws ShelflifeError `ERR_OPTION` when its tables cannot be found. */
  find<T>(query: KnexQuery<T>, rule?: FindRule<T>): Promise<T>;
  /** Sends an INSERT, UPDATE, DELETE or TRUNCATE and invalidates what it changes; in {@link transaction} once that is committed. */
  write<T>(query: KnexQuery<T>, rule?: ChangeRule<T>): Promise<T>;
  /** `knex.transaction()`: what is written in it counts once it is committed. Send in it queries of `trx` only. */
  transaction<T>(work: (trx: Tx) => Promise<T>, config?: object): Promise<T>;
}

/**
 * Puts the cache in front of an instance of knex with the client `pg`.
 * @throws ShelflifeError `ERR_OPTION` when `queries` is not of `createQueries(cache)`; as a rejection of its functions for wrong rules.
 */
export function knexQueries<Tx>(
  knex: KnexDatabase<Tx>,
  queries: Queries,
  options: WiringOptions = {},
): KnexQueries<Tx> {
  const wiring = createWiring<KnexQuery<unknown>>(queries, options, (query) => {
    const { sql, bindings = [] } = query.toSQL().toNative();
    return { sql, values: bindings as readonly unknown[] };
  });
  return {
    find: <T>(query: KnexQuery<T>, rule: FindRule<T> = {}) => wiring.find(query, rule),
    write: <T>(query: KnexQuery<T>, rule: ChangeRule<T> = {}) => wiring.write(query, rule),
    transaction: (work, config) => queries.transaction(() => knex.transaction(work, config)),
  };
}
