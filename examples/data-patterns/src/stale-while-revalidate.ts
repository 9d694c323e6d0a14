import { createCache } from '@shelflife/core';
import { background, createHandClock, MINUTE } from './support/clock.js';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const clock = createHandClock();
const cache = createCache({ clock });
const database = createDatabase();

/** Fresh for a minute; for ten more the old value is served while a new one is loaded. */
function findProduct(id: string): Promise<Product | undefined> {
  return cache.wrap(['product', id], () => database.read(id), { ttl: '1m', swr: '10m' });
}

step('The first caller waits for the database:');
got(await findProduct('1'));

step('The price changes, and nobody tells the cache. Two minutes pass.');
await database.write({ id: '1', name: 'lamp', price: 900 });
await clock.pass(2 * MINUTE);

step('The next caller gets the old price at once, and it is loaded anew behind the call:');
got(await findProduct('1'));
await background();

step('Whoever comes later has the new one:');
got(await findProduct('1'));

step('After 11 minutes without a caller it is too old to be served, so the next one waits:');
await clock.pass(11 * MINUTE);
got(await findProduct('1'));
