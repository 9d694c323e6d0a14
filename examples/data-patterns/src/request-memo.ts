import { createCache } from '@shelflife/core';
import { createDatabase } from './support/database.js';
import { step } from './support/say.js';

const cache = createCache();
const database = createDatabase();

/** Not to be kept from one request to the next, but asked for all over the code of one. */
const currentUser = () => cache.wrap('user:1', () => database.read('1'), { ttl: 0, private: true });

async function handleRequest(): Promise<void> {
  await currentUser(); // to check what they may do
  await currentUser(); // to greet them
  await currentUser(); // to log who it was
}

step('A request that looks the user up three times, with nothing but a ttl of 0:');
await handleRequest();

step('The same with a memory of its own:');
await cache.withMemo(handleRequest);

step('The next request knows nothing of it:');
await cache.withMemo(handleRequest);
