import { once } from 'node:events';
import { createServer } from 'node:http';
import { createCache } from '@shelflife/core';
import { createApp } from './app.js';

const HOST = '127.0.0.1';
const PORT = Number(process.env['PORT'] ?? 3000);

const cache = createCache();
const server = createServer(createApp({ cache })).listen(PORT, HOST);

try {
  await once(server, 'listening');
} catch (error) {
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  console.error(inUse ? `Port ${PORT} is in use. Try another: PORT=3001 npm start` : error);
  process.exit(1);
}

const url = `http://${HOST}:${PORT}`;
console.log(`
The shop is open: ${url}

Try a miss, then a hit (look at Cache-Status and Age):
  curl -i ${url}/api/products/1
a new price, and then the first line again:
  curl -X PUT -H 'Content-Type: application/json' -d '{"price": 1234}' ${url}/api/products/1/price
200 requests at once, which run one query:
  curl -Z --no-progress-meter --parallel-immediate --parallel-max 200 -o /dev/null \\
    -w '%header{cache-status}\\n' '${url}/api/search?q=brass+lamp#[1-200]' | sort | uniq -c

More in examples/shop/README.md. Ctrl+C closes the shop.
`);

async function close(): Promise<void> {
  server.close();
  await cache.close();
}
process.once('SIGINT', close);
process.once('SIGTERM', close);
