import { triggersSql } from '@shelflife/postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Database, startDatabase } from './support.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 30_000 });

let database: Database;
let listener: Client;
let heard: string[] = [];

beforeAll(async () => {
  database = await startDatabase({ triggers: true });
  listener = new Client({ connectionString: database.server.url });
  await listener.connect();
  await listener.query('LISTEN shelflife');
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
});
afterAll(async () => {
  await listener.end();
  await database.stop();
});
beforeEach(() => database.reset());

/** What is told of some statements. */
async function told(...statements: readonly string[]): Promise<unknown[]> {
  await listener.query('SELECT 1');
  heard = [];
  for (const statement of statements) await database.pool.query(statement);
  await listener.query('SELECT 1');
  return heard.map((payload) => JSON.parse(payload) as unknown);
}

const products = (...rows: readonly string[]): unknown => ({ table: 'products', rows });

it.each<[string, unknown[]]>([
  ["INSERT INTO products VALUES (9, 'a', 1), (8, 'b', 1)", [products('8', '9')]],
  ['UPDATE products SET price = 1 WHERE id < 3', [products('1', '2')]],
  ['UPDATE products SET id = 30 WHERE id = 3', [products('3', '30')]],
  ['UPDATE products SET price = 1 WHERE id = 99', []],
  ['DELETE FROM products WHERE id = 3', [products('3')]],
  ['DELETE FROM products WHERE id = 1', [products('1'), { table: 'shop.orders', rows: ['1'] }]],
  [
    'TRUNCATE products, shop.orders',
    [
      { table: 'products', rows: null },
      { table: 'shop.orders', rows: null },
    ],
  ],
  ["INSERT INTO products SELECT i, 'x', 1 FROM generate_series(100, 200) i", [{ table: 'products' }]],
  ["INSERT INTO products VALUES (1, 'a', 1) ON CONFLICT (id) DO UPDATE SET price = 2", [products('1')]],
  ["BEGIN; INSERT INTO products VALUES (9, 'a', 1); ROLLBACK", []],
  [
    'SET session_replication_role = replica; DELETE FROM products WHERE id = 3; RESET session_replication_role',
    [products('3')],
  ],
])('%s', async (statement, messages) => {
  const all = await told(statement);
  const sorted = all.map((message) => {
    const { rows, ...rest } = message as { rows?: string[] };
    return rows ? { ...rest, rows: rows.toSorted((a, b) => Number(a) - Number(b)) } : message;
  });
  expect(sorted.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual(messages);
});

it('odd names are quoted, long keys stay under the limit, and a key of several columns is told as the table', async () => {
  const odd = `it's "odd" $shelflife$`;
  await database.pool.query(`
    CREATE TABLE "it's ""odd"" $shelflife$" ("the ""key""" text PRIMARY KEY);
    CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));`);
  await database.pool.query(triggersSql({ tables: { [odd]: 'the "key"', pairs: null } }));
  const insert = (sql: string): string => `INSERT INTO "it's ""odd"" $shelflife$" ${sql}`;
  expect(await told(insert("VALUES ('a')"))).toEqual([{ table: odd, rows: ['a'] }]);
  expect(await told(insert("SELECT repeat('x', 1000) || i FROM generate_series(1, 20) i"))).toEqual([
    { table: odd },
  ]);
  expect(await told('INSERT INTO pairs VALUES (1, 2)')).toEqual([{ table: 'pairs', rows: null }]);
});

it('a key that was renamed stops no write', async () => {
  await database.pool.query('CREATE TABLE renamed (id int)');
  await database.pool.query(triggersSql({ tables: { renamed: 'id' } }));
  await database.pool.query('ALTER TABLE renamed RENAME id TO number');
  expect(await told('INSERT INTO renamed VALUES (1)')).toEqual([{ table: 'renamed', rows: null }]);
});

it('a key that does not exist is refused', async () => {
  const sql = triggersSql({ tables: { products: 'nr' } });
  await expect(database.pool.query(sql)).rejects.toThrow(/column "nr" does not exist/);
});

it.each([
  [{ tables: {} }, /tables with their keys/],
  [{ tables: { ['x'.repeat(64)]: 'id' } }, /1 to 63 bytes/],
  [{ tables: { products: 'id' }, chanel: 'a' }, /Did you mean 'channel'/],
  [{ tables: { products: 'id' }, channel: '' }, /1 to 63 bytes/],
])('%j is refused', (options, message) => {
  expect(() => triggersSql(options)).toThrow(message);
});
