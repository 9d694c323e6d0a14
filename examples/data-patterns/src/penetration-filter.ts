import { createCache, defineSource } from '@shelflife/core';
import { background } from './support/clock.js';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

const products = defineSource<string, Product>(cache, {
  key: (id) => ['product', id],
  ttl: '5m',
  load: (id) => database.read(id),
  store: (_id, product) => database.write(product),
  // A Bloom filter of all ids, read again every 10 minutes. One unknown id in a million comes through.
  filter: { ids: () => database.ids(), errorRate: 0.000_001 },
});

step('The source reads the ids when it is made. Until it knows them everything goes through:');
await background();

step('1,000 look-ups, each of another product that does not exist. The database is not asked once:');
let found = 0;
for (let id = 5000; id < 6000; id++) if ((await products.get(String(id))) !== undefined) found++;
got({ found });

step('What exists is found:');
got(await products.get('1'));

step('And so is what is written from now on:');
await products.set('5000', { id: '5000', name: 'vase', price: 700 });
got(await products.get('5000'));

step(
  'What another program has written is found once it was invalidated, or with the next reading of the ids:',
);
await database.write({ id: '5001', name: 'bowl', price: 300 });
got(await products.get('5001'));
await cache.invalidate({ keys: [['product', '5001']] });
got(await products.get('5001'));

await products.close();
