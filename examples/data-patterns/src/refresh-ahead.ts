import { createCache } from '@shelflife/core';
import { background, createHandClock, SECOND } from './support/clock.js';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const clock = createHandClock();
const cache = createCache({ clock });
const database = createDatabase();

/** Fresh for a minute. A caller in the last 20 % of it has the value loaded anew, and does not wait for that. */
function findProduct(id: string): Promise<Product | undefined> {
  return cache.wrap(['product', id], () => database.read(id), { ttl: '1m', refreshAhead: 0.8 });
}

step('The first caller waits for the database:');
await findProduct('1');

step('After 30 seconds nothing needs to be done:');
await clock.pass(30 * SECOND);
got(await findProduct('1'));

step('After 50 seconds the value is served, and loaded anew behind the call:');
await clock.pass(20 * SECOND);
got(await findProduct('1'));
await background();

step('So nobody waits for a value that is in use. 80 seconds after the first load it is still fresh:');
await clock.pass(30 * SECOND);
got(await findProduct('1'));
