import { createCache } from '@shelflife/core';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

function findProduct(id: string): Promise<Product | undefined> {
  return cache.wrap(['product', id], () => database.read(id), { ttl: '5m', tags: [`product:${id}`] });
}

step('Products 1 and 2 are in category 4, product 3 is not. Category 4 is in department 1:');
cache.depends('product:1', 'category:4');
cache.depends('product:2', 'category:4');
cache.depends('category:4', 'department:1');
for (const id of ['1', '2', '3']) await findProduct(id);

step('One tag is invalidated, that of the department. What depends on it is loaded again:');
await cache.invalidate({ tags: ['department:1'] });
const found = await Promise.all(['1', '2', '3'].map(findProduct));
got(found.map((product) => product?.name));
