import type { Cache, Queries } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import { drizzleQueries } from '@shelflife/postgres/drizzle';
import { knexQueries } from '@shelflife/postgres/knex';
import { asc, eq } from 'drizzle-orm';
import { type NodePgDatabase } from 'drizzle-orm/node-postgres';
import express, { type Express, type Response } from 'express';
import type { Knex } from 'knex';
import { KEYS, products } from './tables.js';

interface Databases {
  readonly db: NodePgDatabase;
  readonly knex: Knex;
}

/** All of the caching: what is read goes through `find`, what is written through `write`. No route names a tag. */
export function createApp(cache: Cache, { db, knex }: Databases, queries: Queries): Express {
  const tables = Object.keys(KEYS);
  const catalogue = drizzleQueries(db, queries, { tables });
  const orders = knexQueries(knex, queries, { tables });
  const app = express();

  // A result of the whole table: any change of a product counts.
  app.get('/products', responseCache(cache), async (_req, res) => {
    res.json(await catalogue.find(db.select().from(products).orderBy(asc(products.id))));
  });

  // A result of one row: changes of other products leave it where it is.
  app.get('/products/:id', responseCache(cache), async (req, res) => {
    const id = Number(req.params.id);
    const [product] = await catalogue.find(db.select().from(products).where(eq(products.id, id)), {
      rows: [id],
    });
    answer(res, product);
  });

  app.put('/products/:id/price/:price', async (req, res) => {
    const [id, price] = [Number(req.params.id), Number(req.params.price)];
    const change = db.update(products).set({ price }).where(eq(products.id, id)).returning();
    const [product] = await catalogue.write(change, { rows: [id] });
    answer(res, product);
  });

  // A join: a change of either table counts.
  app.get('/orders', responseCache(cache), async (_req, res) => {
    const list = knex('orders').join('products', 'products.id', 'orders.product').orderBy('orders.id');
    res.json(await orders.find(list.select('orders.id', 'products.name', 'orders.quantity')));
  });

  // Two writes, which count once both are committed.
  app.post('/orders/:product', async (req, res) => {
    const product = Number(req.params.product);
    const sold = await orders.transaction(async (trx) => {
      const take = trx('products').where({ id: product }).andWhere('stock', '>', 0).decrement('stock');
      if ((await orders.write(take, { rows: [product] })) === 0) return false;
      await orders.write(trx('orders').insert({ product, quantity: 1 }));
      return true;
    });
    res.sendStatus(sold ? 201 : 409);
  });

  return app;
}

function answer(res: Response, product: object | undefined): void {
  if (product === undefined) res.sendStatus(404);
  else res.json(product);
}
