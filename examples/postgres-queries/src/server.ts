import { createCache, createQueries } from '@shelflife/core';
import { listenForChanges } from '@shelflife/postgres';
import { drizzle } from 'drizzle-orm/node-postgres';
import createKnex from 'knex';
import { Pool } from 'pg';
import { createApp } from './app.js';
import { openPostgres } from './postgres.js';
import { KEYS, SETUP } from './tables.js';

const port = Number(process.env['PORT'] ?? 3000);
const { url, stop } = await openPostgres();
const pool = new Pool({ connectionString: url });
await pool.query(SETUP);

// Every query that reaches the database is printed.
const print = (sql: string): void => console.log(`SQL: ${sql}`);
const db = drizzle(pool, { logger: { logQuery: print } });
const knex = createKnex({ client: 'pg', connection: url }).on('query', ({ sql }: { sql: string }) =>
  print(sql),
);

const cache = createCache({ defaults: { ttl: '5m' } });
const queries = createQueries(cache);
// Hears what psql, cron jobs and other programs change.
const listener = listenForChanges(queries, { connection: url, tables: Object.keys(KEYS) });
await listener.ready();

const server = createApp(cache, { db, knex }, queries).listen(port, '127.0.0.1', () => {
  console.log(`
A miss, then a hit (Cache-Status says which):
  curl -i http://127.0.0.1:${port}/products/1
a write of another program, and then the first line again:
  psql ${url} -c 'UPDATE products SET price = 1 WHERE id = 1'

More in examples/postgres-queries/README.md. Ctrl+C ends it.
`);
});

async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await listener.close();
  await Promise.all([cache.close(), knex.destroy(), pool.end()]);
  await stop();
}
process.once('SIGINT', () => void close());
process.once('SIGTERM', () => void close());
