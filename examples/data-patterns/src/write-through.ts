import { createCache, defineSource } from '@shelflife/core';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

const products = defineSource<string, Product>(cache, {
  key: (id) => ['product', id],
  ttl: '5m',
  load: (id) => database.read(id),
  store: (_id, product) => database.write(product),
  delete: (id) => database.remove(id),
});

step('set() writes to the database first, then to the cache:');
await products.set('1', { id: '1', name: 'lamp', price: 900 });

step('So the next caller has the new value without the database:');
got(await products.get('1'));

step('A write that fails is an error for its caller, and the cached value goes: who knows what was written?');
database.isDown = true;
await products.set('1', { id: '1', name: 'lamp', price: 1 }).catch((error: Error) => got(error.message));
database.isDown = false;
got(await products.get('1'));

step('delete() removes it from both:');
await products.delete('1');
got(await products.get('1'));
