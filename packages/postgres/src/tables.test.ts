import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tablesRead, tablesWritten } from './tables.js';

const list = (found: ReadonlySet<string> | undefined): string =>
  found === undefined ? '?' : [...found].join(' ');

describe('tables that a query reads', () => {
  it.each([
    ['select * from "products" where "id" = $1', 'products'],
    ['select * from products p', 'products'],
    ['select * from Products', 'products'],
    ['select * from "Products"', 'Products'],
    ['select * from "a""b"', 'a"b'],
    ['select * from "public"."products"', 'products'],
    [
      'select * from "shop"."orders" as "o" inner join "items" on "o"."id" = "items"."o"',
      'shop.orders items',
    ],
    ['select * from "a" as "x", "b" as "y" where f("x", "y") > 1', 'a b'],
    ['select * from a join b on f(a.x, b.x), c', 'a b c'],
    ['select * from only a, lateral (select 1 from b) l, c', 'a b c'],
    ['select * from ("a" join "b" on true), "c"', 'a b c'],
    ['select * from ((select * from a) union (select * from b)) u', 'a b'],
    ['select * from a where exists (select 1 from b where b.x in (select y from c))', 'a b c'],
    ['select a, b from t order by a, b limit 1', 't'],
    ['with "x" as (select * from "a") select * from "x"', 'a x'],
    ['select \'from "secret"\' from t', 't'],
    ["select 'it''s from x' from t", 't'],
    ['select * from a where x is distinct from y and z is not distinct from w', 'a'],
    ['select extract(year from "at") from "t"', 'at t'],
    ['select 1', ''],
    ['select * from generate_series(1, 2)', '?'],
    ['select * from a join rows() on true', '?'],
    ['select * from $1', '?'],
    ['select * from', '?'],
    ['select * from a -- , b', '?'],
    ['select * from a /* b */', '?'],
    ['select $$ from a $$ from b', '?'],
    ["select E'\\' from a'", '?'],
    ["select 'open from a", '?'],
    ['select * from "open', '?'],
    ['select * from select', '?'],
  ])('%s', (sql, tables) => {
    expect(list(tablesRead(sql))).toBe(tables);
  });
});

describe('tables that a statement writes', () => {
  it.each([
    ['insert into "shop"."p" ("a") values ($1) on conflict ("a") do update set "a" = excluded."a"', 'shop.p'],
    ['insert into a select * from b', 'a'],
    ['update "p" set "a" = $1 from "b" where "id" = $2', 'p'],
    ['update only p set a = 1', 'p'],
    ['delete from "p" using "q"', 'p'],
    ['delete from only p', 'p'],
    ['truncate "p" restart identity', 'p'],
    ['truncate table a, only b', 'a b'],
    ['with x as (delete from a returning *) insert into b select * from x', 'a b'],
    ['with x as (select 1) update a set b = 1', 'a'],
    ['merge into a using b on true when matched then update set c = 1', 'a'],
    ['select * from "p" for update', '?'],
    ['update', '?'],
    ['delete from a -- b', '?'],
  ])('%s', (sql, tables) => {
    expect(list(tablesWritten(sql))).toBe(tables);
  });
});

it('no text makes them throw', () => {
  const words = fc.constantFrom(
    'from',
    'join',
    'select',
    'update',
    'truncate',
    '(',
    ')',
    ',',
    '.',
    '"a"',
    'b',
    "'",
    '"',
    '$1',
    'only',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((all) => all.join(' ')),
      ),
      (sql) => {
        expect([tablesRead(sql), tablesWritten(sql)]).toHaveLength(2);
      },
    ),
  );
});

it('a long text takes linear time', () => {
  const sql = `select * from ${'('.repeat(50_000)}${'"a", '.repeat(50_000)}`;
  const start = performance.now();
  tablesRead(sql);
  tablesWritten(`truncate ${sql}`);
  expect(performance.now() - start).toBeLessThan(2000);
});
