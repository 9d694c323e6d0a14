import { createCache, createQueries, type Cache, type Queries } from '@shelflife/core';
import { Client, Pool } from 'pg';
import { triggersSql } from '@shelflife/postgres';
import { type PostgresServer, startPostgres } from '../../../test/support/servers/postgres.js';

/** A server with two tables of products, and a pool of connections to it. */
export interface Database {
  readonly server: PostgresServer;
  readonly pool: Pool;
  /** Puts the rows back: products 1 to 3 at 100 each. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const TABLES = `
  CREATE SCHEMA shop;
  CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL);
  CREATE TABLE shop.orders (id int PRIMARY KEY, product int NOT NULL REFERENCES products ON DELETE CASCADE);`;

const ROWS = `
  TRUNCATE products, shop.orders;
  INSERT INTO products SELECT id, 'product ' || id, 100 FROM generate_series(1, 3) id;
  INSERT INTO shop.orders VALUES (1, 1), (2, 2);`;

/** `triggers: true` puts triggers on both tables. */
export async function startDatabase({ triggers }: { readonly triggers: boolean }): Promise<Database> {
  const server = await startPostgres();
  const pool = new Pool({ connectionString: server.url });
  // Connections that a test cuts.
  pool.on('error', () => {});
  await pool.query(TABLES);
  if (triggers) await pool.query(triggersSql({ tables: { products: 'id', 'shop.orders': 'id' } }));
  const reset = async (): Promise<void> => void (await pool.query(ROWS));
  await reset();
  return {
    server,
    pool,
    reset,
    async stop() {
      await pool.end();
      await server.stop();
    },
  };
}

/** A cache for the results of queries that live for an hour. */
export function cached(): { readonly cache: Cache; readonly queries: Queries } {
  const cache = createCache({ defaults: { ttl: '1h' } });
  return { cache, queries: createQueries(cache) };
}

/** What another program does: `sql` on a connection of its own. */
export async function elsewhere(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
