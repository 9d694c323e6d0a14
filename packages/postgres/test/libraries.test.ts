import type { Queries } from '@shelflife/core';
import { drizzleQueries } from '@shelflife/postgres/drizzle';
import { knexQueries } from '@shelflife/postgres/knex';
import { eq, relations, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgSchema, pgTable, text } from 'drizzle-orm/pg-core';
import createKnex, { type Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cached, type Database, elsewhere, startDatabase } from './support.js';

interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: number;
}
type Tx = unknown;

/** The same few queries, in the words of a library. */
interface Shop {
  product(id: number, rows?: readonly number[]): Promise<Product | undefined>;
  /** The number of products that have orders. */
  ordered(): Promise<number>;
  setPrice(id: number, price: number, rows?: readonly number[], tx?: Tx): Promise<unknown>;
  order(id: number, product: number): Promise<unknown>;
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  priceIn(tx: Tx, id: number): Promise<number | undefined>;
}

const products = pgTable('products', {
  id: integer().primaryKey(),
  name: text().notNull(),
  price: integer().notNull(),
});
const orders = pgSchema('shop').table('orders', { id: integer().primaryKey(), product: integer().notNull() });
const productRelations = relations(products, ({ many }) => ({ orders: many(orders) }));
const orderRelations = relations(orders, ({ one }) => ({
  item: one(products, { fields: [orders.product], references: [products.id] }),
}));

vi.setConfig({ testTimeout: 20_000, hookTimeout: 30_000 });

let database: Database;
let knex: Knex;
let queries: Queries;

const makeDb = () =>
  drizzle(database.pool, { schema: { products, orders, productRelations, orderRelations } });

function drizzleShop(): Shop {
  const db = makeDb();
  const through = drizzleQueries(db, queries, { tables: ['products', 'shop.orders'] });
  const by = (rows?: readonly number[]): object => (rows === undefined ? {} : { rows });
  return {
    product: async (id, rows) =>
      (await through.find(db.select().from(products).where(eq(products.id, id)), by(rows)))[0],
    ordered: async () =>
      (
        await through.find(
          db
            .selectDistinct({ id: products.id })
            .from(products)
            .innerJoin(orders, eq(orders.product, products.id)),
        )
      ).length,
    setPrice: (id, price, rows, tx = db) =>
      through.write((tx as typeof db).update(products).set({ price }).where(eq(products.id, id)), by(rows)),
    order: (id, product) => through.write(db.insert(orders).values({ id, product })),
    inTransaction: (work) => through.transaction(work),
    priceIn: async (tx, id) =>
      (await through.find((tx as typeof db).select().from(products).where(eq(products.id, id))))[0]?.price,
  };
}

function knexShop(): Shop {
  const through = knexQueries(knex, queries, { tables: ['products', 'shop.orders'] });
  const by = (rows?: readonly number[]): object => (rows === undefined ? {} : { rows });
  return {
    product: (id, rows) => through.find(knex<Product>('products').where({ id }).first(), by(rows)),
    ordered: async () =>
      (
        await through.find(
          knex('products as p').join('shop.orders as o', 'o.product', 'p.id').distinct('p.id'),
        )
      ).length,
    setPrice: (id, price, rows, tx = knex) =>
      through.write((tx as Knex)('products').where({ id }).update({ price }), by(rows)),
    order: (id, product) => through.write(knex('shop.orders').insert({ id, product })),
    inTransaction: (work) => through.transaction(work),
    priceIn: async (tx, id) =>
      (await through.find((tx as Knex)<Product>('products').where({ id }).first()))?.price,
  };
}

beforeAll(async () => {
  database = await startDatabase({ triggers: false });
  knex = createKnex({ client: 'pg', connection: database.server.url });
});
afterAll(async () => {
  await knex.destroy();
  await database.stop();
});

describe.each([
  ['drizzle', drizzleShop],
  ['knex', knexShop],
])('%s', (_, createShop) => {
  let shop: Shop;
  beforeEach(async () => {
    await database.reset();
    ({ queries } = cached());
    shop = createShop();
  });

  /** Changes it where nobody hears of it. */
  const secretly = (price: number): Promise<void> =>
    elsewhere(database.server.url, `UPDATE products SET price = ${price}`);
  const priceOf = async (id: number, rows?: readonly number[]): Promise<number | undefined> =>
    (await shop.product(id, rows))?.price;

  it('the second result comes from the cache, another value does not', async () => {
    expect(await shop.product(1)).toEqual({ id: 1, name: 'product 1', price: 100 });
    await secretly(7);
    expect(await priceOf(1)).toBe(100);
    expect(await priceOf(2)).toBe(7);
  });

  it('a write is seen at once', async () => {
    expect(await priceOf(1)).toBe(100);
    await shop.setPrice(1, 7);
    expect(await priceOf(1)).toBe(7);
  });

  it('a write of one row leaves the results of others', async () => {
    await Promise.all([priceOf(1, [1]), priceOf(2, [2])]);
    await secretly(7);
    await shop.setPrice(1, 8, [1]);
    expect([await priceOf(1, [1]), await priceOf(2, [2])]).toEqual([8, 100]);
  });

  it('a write to a joined table of another schema is seen', async () => {
    expect(await shop.ordered()).toBe(2);
    await shop.order(3, 3);
    expect(await shop.ordered()).toBe(3);
  });

  it('a write that fails does no harm', async () => {
    expect(await shop.ordered()).toBe(2);
    await expect(shop.order(1, 3)).rejects.toThrow(/insert into "shop"/);
    expect(await shop.ordered()).toBe(2);
  });

  it('a transaction is seen when it is committed, and by itself before that', async () => {
    expect(await priceOf(1)).toBe(100);
    await shop.inTransaction(async (tx) => {
      await shop.setPrice(1, 7, undefined, tx);
      expect(await shop.priceIn(tx, 1)).toBe(7);
      await outside(async () => expect(await priceOf(1)).toBe(100));
    });
    expect(await priceOf(1)).toBe(7);
  });

  it('what a transaction read before its rollback is not found', async () => {
    const rolledBack = shop.inTransaction(async (tx) => {
      await shop.setPrice(1, 7, undefined, tx);
      expect(await shop.priceIn(tx, 1)).toBe(7);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await priceOf(1)).toBe(100);
  });

  it('a result that was read before a commit is not found after it', async () => {
    for (let round = 1; round <= 20; round++) {
      const [seen] = await Promise.all([priceOf(1), shop.setPrice(1, round), priceOf(1)]);
      expect(seen).toBeDefined();
      expect(await priceOf(1)).toBe(round);
    }
  });
});

/** Runs outside of the transaction that calls it. */
const outside = <T>(work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => detached.push(() => void work().then(resolve, reject)));
const detached: (() => void)[] = [];
beforeAll(() => {
  const timer = setInterval(() => detached.splice(0).forEach((work) => work()), 1);
  return () => clearInterval(timer);
});

it('relational queries of drizzle, too', async () => {
  await database.reset();
  ({ queries } = cached());
  const db = makeDb();
  const through = drizzleQueries(db, queries);
  const find = () => through.find(db.query.products.findMany({ with: { orders: true } }));
  const count = async () => (await find()).flatMap((product) => product.orders).length;
  expect(await count()).toBe(2);
  await through.write(db.delete(orders));
  expect(await count()).toBe(0);
});

describe('refused, and not sent', () => {
  beforeEach(() => void ({ queries } = cached()));

  it('a query whose tables cannot be known', async () => {
    const through = knexQueries(knex, queries);
    const query = knex.raw('select * from generate_series(1, 2)');
    await expect(through.find(query)).rejects.toThrow(/find\(\).tables: expected the tables of this query/);
    await expect(through.write(query)).rejects.toThrow(/write\(\).tables/);
    expect(await through.find(query, { tables: ['products'] })).toHaveProperty('rows.length', 2);
  });

  it('a query of a table that nobody hears of, and of a view', async () => {
    const db = makeDb();
    const through = drizzleQueries(db, queries, { tables: ['shop.orders'] });
    await expect(through.find(db.select().from(products))).rejects.toThrow(
      /'products' is none of the tables whose changes are heard of/,
    );
    await expect(through.find(db.select().from(orders), { tables: ['products'] })).rejects.toThrow(
      /'products' is none/,
    );
  });
});

it('who asks, and the name of the database, are part of the key', async () => {
  await database.reset();
  ({ queries } = cached());
  const db = makeDb();
  const asked = () => db.select({ now: sql<string>`clock_timestamp()::text` }).from(products);
  const [one, two] = [drizzleQueries(db, queries), drizzleQueries(db, queries, { name: 'two' })];
  const first = await one.find(asked(), { by: 'ann' });
  expect(await one.find(asked(), { by: 'ann' })).toEqual(first);
  expect(await one.find(asked(), { by: 'bob' })).not.toEqual(first);
  expect(await two.find(asked(), { by: 'ann' })).not.toEqual(first);
});
