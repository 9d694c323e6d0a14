import { createCache } from '@shelflife/core';
import { createApp } from './app.js';

const port = Number(process.env['PORT'] ?? 3000);
const cache = createCache();

const server = createApp(cache).listen(port, '127.0.0.1', () => {
  console.log(`
A persisted query: a miss, then hits (Cache-Status says which):
  curl -i 'http://127.0.0.1:${port}/graphql?id=products'
a change of one product, and then the first line again:
  curl -H 'Content-Type: application/json' -d '{"query":"mutation { setPrice(id: 7, price: 1) { price } }"}' http://127.0.0.1:${port}/graphql

More in examples/graphql-yoga/README.md. Ctrl+C ends it.
`);
});

const close = (): void => {
  server.close(() => void cache.close());
  server.closeAllConnections();
};
process.once('SIGINT', close);
process.once('SIGTERM', close);
