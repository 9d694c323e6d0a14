import { createCache, createQueries } from '@shelflife/core';
import { expect, test } from 'vitest';
import { drizzleQueries } from './drizzle.js';
import { knexQueries } from './knex.js';
import { listenForChanges } from './listener.js';
import { triggersSql } from './triggers.js';

const cache = createCache();
const options = { connection: 'postgres://localhost/shop', tables: ['products'] };
const A_CACHE = 'queries: expected what createQueries(cache) returns, got an object.';

test.each<[string, () => unknown, string]>([
  ['a cache in place of its queries', () => listenForChanges(cache as never, options), A_CACHE],
  ['with drizzle', () => drizzleQueries({} as never, cache as never), A_CACHE],
  ['with knex', () => knexQueries({} as never, cache as never), A_CACHE],
  [
    'tables without their keys',
    () => triggersSql({ tables: ['products'] as never }),
    `triggersSql().tables: expected tables with their keys, such as { products: 'id' }, got an array of 1.`,
  ],
  [
    'one name in place of several',
    () => listenForChanges(createQueries(cache), { ...options, tables: 'products' as never }),
    `listenForChanges().tables: expected names of tables, such as ['products'], got 'products'.`,
  ],
])('%s is refused', (_title, call, message) => {
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }));
});
