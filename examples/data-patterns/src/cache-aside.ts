import { createCache } from '@shelflife/core';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

/** The whole pattern: a key, how to load what is not there, and how long it is fresh. */
function findProduct(id: string): Promise<Product | undefined> {
  return cache.wrap(['product', id], () => database.read(id), { ttl: '5m', tags: [`product:${id}`] });
}

step('20 callers at once ask for a product that is not in the cache. One of them loads it, 19 wait:');
const found = await Promise.all(Array.from({ length: 20 }, () => findProduct('1')));
got(found[19]);

step('The next one gets it without the database:');
got(await findProduct('1'));

step('The price changes, so the tag of the product is invalidated. The next caller loads it again:');
await database.write({ id: '1', name: 'lamp', price: 900 });
await cache.invalidate({ tags: ['product:1'] });
got(await findProduct('1'));

step('A price that changes while somebody is loading the old one wins: the old one is not kept.');
const loading = findProduct('2');
await database.write({ id: '2', name: 'sofa', price: 39_900 });
await cache.invalidate({ tags: ['product:2'] });
await loading;
got(await findProduct('2'));
