import { createCache, createQueries } from '@shelflife/core';
import { createDatabase } from './support/database.js';
import { got, step } from './support/say.js';

const queries = createQueries(createCache({ defaults: { ttl: '5m' } }));
const database = createDatabase();

/** One row, by its key: other rows do not matter to it. */
const productById = queries.wrap(
  'productById',
  (id: string) => database.read(id),
  (id) => ({ tables: ['products'], rows: [id] }),
);

/** A list: every change of the table may matter to it. */
const allNames = queries.wrap(
  'allNames',
  async () => (await database.readMany(['1', '2', '3'])).map((product) => product?.name),
  { tables: ['products'] },
);

step('Two queries, each asked twice. Each runs once:');
for (let round = 0; round < 2; round++) {
  await productById('1');
  await allNames();
}

step('A write says which rows of which tables it changes:');
await queries.write(() => database.write({ id: '2', name: 'couch', price: 39_900 }), {
  tables: ['products'],
  rows: ['2'],
});

step('The list is read again, product 1 is still known:');
got(await allNames());
got(await productById('1'));
