import { createCache } from '@shelflife/core';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

/** The load gets what is missing, and returns as many values, in the same order. */
function findProducts(ids: readonly string[]): Promise<(Product | undefined)[]> {
  const keys = ids.map((id) => ['product', id] as const);
  return cache.wrapMany(
    keys,
    (missing, context) => {
      for (const key of missing) context.for(key)?.tag(`product:${key[1]}`);
      return database.readMany(missing.map(([, id]) => id));
    },
    { ttl: '5m' },
  );
}

step('Two products, none of them known. One query:');
await findProducts(['1', '2']);

step('Three, of which two are known. One query, for the third:');
const found = await findProducts(['3', '2', '1']);
got(found.map((product) => product?.name));

step('Each has a key and a tag of its own. Product 2 is invalidated, so only it is read again:');
await cache.invalidate({ tags: ['product:2'] });
await findProducts(['1', '2', '3']);
