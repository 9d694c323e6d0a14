import { createCache, defineSource } from '@shelflife/core';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

/** Callers know this object only. That there is a database, and a cache in front of it, is its business. */
const products = defineSource<string, Product>(cache, {
  key: (id) => ['product', id],
  ttl: '5m',
  load: (id) => database.read(id),
  loadMany: (ids) => database.readMany(ids),
  tags: (product) => [`product:${product.id}`],
});

step('The source reads the product through the cache:');
got(await products.get('1'));

step('Again. The database is not asked:');
got(await products.get('1'));

step('Several at once: only those that are missing are read, in one query:');
const names = await products.getMany(['1', '2', '3']);
got(names.map((product) => product?.name));
