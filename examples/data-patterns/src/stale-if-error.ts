import { createCache } from '@shelflife/core';
import { createHandClock, MINUTE, SECOND } from './support/clock.js';
import { createDatabase, type Product } from './support/database.js';
import { got, step } from './support/say.js';

const clock = createHandClock();
const cache = createCache({ clock });
const database = createDatabase();
cache.on('load-failed', ({ error }) => console.log(`    [event] load-failed: ${(error as Error).message}`));

/** Fresh for a minute; for an hour more it may stand in for a load that fails. Then one try in 10 seconds. */
function findProduct(id: string): Promise<Product | undefined> {
  const rule = { ttl: '1m', staleIfError: '1h', retryAfter: '10s' } as const;
  return cache.wrap(['product', id], () => database.read(id), rule);
}

step('The value is loaded:');
await findProduct('1');

step('A minute later it is no longer fresh, and the database is down. The old value stands in:');
await clock.pass(MINUTE);
database.isDown = true;
got(await findProduct('1'));

step('100 more callers in the next 10 seconds do not even try, so that the database can recover:');
for (let caller = 0; caller < 100; caller++) await findProduct('1');

step('Then one of them does. It is up:');
database.isDown = false;
await clock.pass(10 * SECOND);
got(await findProduct('1'));

step('It goes down again, and stays down. Half an hour later the old value still stands in:');
database.isDown = true;
await clock.pass(30 * MINUTE);
got(await findProduct('1'));

step('When its hour is over, callers get the error:');
await clock.pass(31 * MINUTE);
await findProduct('1').catch((error: Error) => got(error.message));
