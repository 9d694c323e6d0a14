import { createCache } from '@shelflife/core';
import { createApp } from './app.js';
import { createCatalogue } from './catalogue.js';

const cache = createCache();
const app = await createApp(cache, createCatalogue());
app.addHook('onClose', () => cache.close());

const url = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' });
console.log(`
Try a miss, then a hit (look at Cache-Status and Age):
  curl -i ${url}/products/1
a new price, and then the first line again:
  curl -X PUT -H 'Content-Type: application/json' -d '{"price": 1234}' ${url}/products/1/price

More in examples/fastify-catalogue/README.md. Ctrl+C ends it.
`);

const close = (): void => void app.close();
process.once('SIGINT', close);
process.once('SIGTERM', close);
