import { triggersSql } from '@shelflife/postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';

/** For drizzle; knex needs no description. */
export const products = pgTable('products', {
  id: integer().primaryKey(),
  name: text().notNull(),
  price: integer().notNull(),
  stock: integer().notNull(),
});

/** The tables whose changes are heard of, with their primary keys. */
export const KEYS = { products: 'id', orders: 'id' } as const;

/** In an application of yours this is a migration, which runs once. */
export const SETUP: string = `
  CREATE TABLE IF NOT EXISTS products (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL, stock int NOT NULL);
  CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, product int NOT NULL REFERENCES products, quantity int NOT NULL);
  INSERT INTO products VALUES (1, 'lamp', 1200, 20), (2, 'sofa', 49900, 3), (3, 'desk', 18000, 7) ON CONFLICT DO NOTHING;
  ${triggersSql({ tables: KEYS })}`;
