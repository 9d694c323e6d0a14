import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { optionError, type Queries, type QueryRule, ShelflifeError, type WriteRule } from '@shelflife/core';
import { tablesRead, tablesWritten } from './tables.js';

/** A query as it is sent. */
export interface SentQuery {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A rule whose tables are found in the query when they are not given. */
export type FindRule<T> = Omit<QueryRule<T>, 'tables'> & {
  /** Must be given for views, functions that read tables, and SQL that cannot be read with certainty. */
  readonly tables?: readonly string[];
  /** Who asks, when the database lets not everyone see the same (row-level security, `search_path`): part of the key. */
  readonly by?: string;
};

/** A rule whose tables are found in the query when they are not given. */
export type ChangeRule<T> = Omit<WriteRule<T>, 'tables'> & {
  /** Give those, too, that triggers and foreign keys change along, when no listener hears of them. */
  readonly tables?: readonly string[];
};

/** How queries of a library are told apart and understood. */
export interface WiringOptions {
  /** Part of every key: two databases behind one cache need two names. Default `'query'`. */
  readonly name?: string;
  /** All tables whose changes are heard of. A query that reads another one (a view, say) is refused. Default: not checked. */
  readonly tables?: readonly string[];
}

/** Finds keys and tables of the queries of a library. `Query`: what can be sent and awaited there. */
export interface Wiring<Query> {
  find<T>(query: Query & PromiseLike<T>, rule: FindRule<T>): Promise<T>;
  write<T>(query: Query & PromiseLike<T>, rule: ChangeRule<T>): Promise<T>;
}

/** `sent`: what a query sends. */
export function createWiring<Query>(
  queries: Queries,
  { name = 'query', tables: known }: WiringOptions,
  sent: (query: Query) => SentQuery,
): Wiring<Query> {
  checkedQueries(queries);
  return {
    async find(query, { by = '', tables, ...rule }) {
      const { sql, values } = sent(query);
      const read = checkedAgainst(
        known,
        tables ?? listed(tablesRead(sql), 'find', sql),
        tables === undefined,
      );
      return queries.find([name, by, digest(sql, values)], () => query, { ...rule, tables: read });
    },
    async write(query, { tables, ...rule }) {
      const { sql } = sent(query);
      return queries.write(() => query, {
        ...rule,
        tables: tables ?? listed(tablesWritten(sql), 'write', sql),
      });
    },
  };
}

/** @throws ShelflifeError `ERR_OPTION` for a cache in place of what `createQueries(cache)` makes. */
export function checkedQueries(queries: Queries): void {
  if (typeof (queries as Partial<Queries> | undefined)?.transaction !== 'function')
    throw optionError('queries', 'what createQueries(cache) returns', queries);
}

function digest(sql: string, values: readonly unknown[]): string {
  return createHash('sha256').update(sql).update('\0').update(serialize(values)).digest('base64url');
}

function listed(found: ReadonlySet<string> | undefined, where: string, sql: string): readonly string[] {
  if (found !== undefined && found.size > 0 && found.size <= MAX_TABLES) return [...found];
  throw optionError(`${where}().tables`, `the tables of this query, which cannot be read from it`, sql);
}

/** Each takes two of the 64 tags of a result. */
const MAX_TABLES = 20;

function checkedAgainst(
  known: readonly string[] | undefined,
  tables: readonly string[],
  areFound: boolean,
): readonly string[] {
  const strangers = known === undefined ? [] : tables.filter((table) => !known.includes(table));
  if (strangers.length === 0) return tables;
  const fix = areFound
    ? 'Add it there with its trigger, or, for a view or a WITH query, give find() the `tables` that it reads.'
    : 'Add it there with its trigger.';
  throw new ShelflifeError(
    'ERR_OPTION',
    `find().tables: '${strangers[0]}' is none of the tables whose changes are heard of. ${fix}`,
  );
}
