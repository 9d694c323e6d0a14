import { createCache } from '@shelflife/core';
import { createHandClock, SECOND } from './support/clock.js';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const clock = createHandClock();
const cache = createCache({ clock });
const database = createDatabase();

/** What is there is kept for 5 minutes, that there is nothing for 10 seconds. */
function findProduct(id: string): Promise<Product | undefined> {
  return cache.wrap(['product', id], () => database.read(id), { ttl: '5m', negativeTtl: '10s' });
}

step('There is no product 99, and the database is asked once to find that out:');
got(await findProduct('99'));
got(await findProduct('99'));

step('10 seconds later it is asked again, and now there is one:');
await database.write({ id: '99', name: 'vase', price: 700 });
await clock.pass(10 * SECOND);
got(await findProduct('99'));

step('An error is no answer, and never kept: the next caller tries again.');
database.isDown = true;
await findProduct('2').catch((error: Error) => got(error.message));
database.isDown = false;
got(await findProduct('2'));
