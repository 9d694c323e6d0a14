import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createCache } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import express from 'express';
import { createHandClock } from './support/clock.js';
import { createDatabase } from './support/database.js';
import { step } from './support/say.js';

// Its time stands still: a server needs none of that.
const cache = createCache({ clock: createHandClock() });
const database = createDatabase();
const app = express();

// The route says nothing of products or prices: the response inherits the tags and the lifetime of what it is made of.
app.get('/page', responseCache(cache, { ttl: '1h' }), async (_req, res) => {
  const product = await cache.wrap('product:1', () => database.read('1'), { ttl: '5m', tags: ['product:1'] });
  const rate = await cache.wrap('rate:EUR', () => 1.08, { ttl: '20s', tags: ['rates'] });
  res.send(`${product?.name}: ${((product?.price ?? 0) * rate) / 100} EUR`);
});

const server = app.listen(0);
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

async function get(): Promise<void> {
  const response = await fetch(`http://localhost:${port}/page`);
  console.log(`    ${await response.text()}  (${response.headers.get('cache-status')})`);
}

step('The page is made, and kept for as long as the rate is good (20 seconds, not the hour of the route):');
await get();
await get();

step('The tag of the product is invalidated: that reaches the page.');
await database.write({ id: '1', name: 'lamp', price: 900 });
await cache.invalidate({ tags: ['product:1'] });
await get();

server.close();
server.closeAllConnections();
await cache.close();
