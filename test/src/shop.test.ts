import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCache } from '@shelflife/core';
import { createApp } from 'example-shop/app';
import { createCatalogue } from 'example-shop/catalogue';
import { createDatabase, type Database, type ProductDetail, type ProductPage } from 'example-shop/database';
import { describe, expect, onTestFinished, test } from 'vitest';

interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly cacheStatus: string | null;
  readonly body: T;
}

interface Shop {
  readonly database: Database;
  readonly get: <T>(path: string, headers?: Record<string, string>) => Promise<Answer<T>>;
  readonly putPrice: (
    id: number,
    body: string,
    type?: string,
  ) => Promise<Answer<{ error?: string; price?: number }>>;
}

/** Opens the shop on a free port until the test ends. */
async function openShop(latency = 5): Promise<Shop> {
  const cache = createCache();
  const database = createDatabase({ latency });
  const server = createServer(createApp({ cache, database })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await cache.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const response = await fetch(origin + path, init);
    const text = await response.text();
    const { status, headers } = response;
    const body = (text === '' ? undefined : JSON.parse(text)) as T;
    return { status, headers, cacheStatus: headers.get('cache-status'), body };
  }
  return {
    database,
    get: (path, headers = {}) => ask(path, { headers }),
    putPrice: (id, body, type = 'application/json') =>
      ask(`/api/products/${id}/price`, { method: 'PUT', body, headers: { 'content-type': type } }),
  };
}

test('the catalogue is the same on every start', () => {
  const text = JSON.stringify(createCatalogue());
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    '83e99e3515f25e212d1b64696b457f5a37958ed58623c31753bbb46f290076d0',
  );
  expect(JSON.stringify(createCatalogue())).toBe(text);
});

test('the catalogue has enough to show: 6,000 products with names of their own in 40 categories of 8 departments', () => {
  const { categories, products } = createCatalogue();
  expect(new Set(products.map(({ name }) => name)).size).toBe(6_000);
  expect(categories.filter(({ parent }) => parent === null)).toHaveLength(8);
  expect(new Set(products.map(({ category }) => category)).size).toBe(40);
});

test('a product is a miss, then a hit with Age and Cache-Status', async () => {
  const { get, database } = await openShop();
  const miss = await get('/api/products/1');
  const hit = await get('/api/products/1');

  expect(miss.cacheStatus).toMatch(/^\w+; fwd=miss.*; stored/);
  expect(miss.headers.get('age')).toBeNull();
  expect(hit.cacheStatus).toMatch(/^\w+; hit; ttl=\d+$/);
  expect(hit.headers.get('age')).toMatch(/^\d+$/);
  expect(hit.body).toEqual(miss.body);
  expect(database.queries).toBe(1);
});

test('a browser that has the current answer gets a 304', async () => {
  const { get } = await openShop();
  const { headers } = await get('/api/products/1');
  const again = await get('/api/products/1', { 'if-none-match': headers.get('etag') ?? '' });
  expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'no-cache']);
});

test('cookies of other programs and parameters that no page reads do not matter', async () => {
  const { get, database } = await openShop();
  await get('/api/products?sort=name');
  const again = await get('/api/products?utm_source=letter&sort=name', { cookie: 'other=1' });
  expect(again.cacheStatus).toContain('; hit');
  expect(database.queries).toBe(1);
});

describe('after a price update', () => {
  const priceOf = ({ products }: ProductPage, id: number): number | undefined =>
    products.find((product) => product.id === id)?.price;

  test('list, detail, search and related show the new price at once', async () => {
    const { get, putPrice } = await openShop();
    const list = '/api/products?sort=name&category=bike-tools';
    const id = (await get<ProductPage>(list)).body.products[0]?.id ?? 0;
    const detail = `/api/products/${id}`;
    const { product } = (await get<ProductDetail>(detail)).body;
    const search = `/api/search?q=${encodeURIComponent(product.name)}`;
    await get(search);
    const neighbour = await showing(id);
    await get(neighbour);

    expect((await putPrice(id, '{"price": 123456}')).body).toEqual({ id, price: 123_456 });

    const answers = {
      list: await get<ProductPage>(list),
      detail: await get<ProductDetail>(detail),
      search: await get<ProductPage>(search),
      related: await get<ProductDetail>(neighbour),
    };
    for (const { cacheStatus } of Object.values(answers)) expect(cacheStatus).not.toContain('; hit');
    expect(priceOf(answers.list.body, id)).toBe(123_456);
    expect(answers.detail.body.product.price).toBe(123_456);
    expect(priceOf(answers.search.body, id)).toBe(123_456);
    expect(answers.related.body.related.find((row) => row.id === id)?.price).toBe(123_456);
  });

  test('lists by price are in the new order, also those that did not show the product', async () => {
    const { get, putPrice } = await openShop();
    const cheapest = '/api/products?sort=price';
    const before = await get<ProductPage>(cheapest);
    expect(priceOf(before.body, 1)).toBeUndefined();
    await putPrice(1, '{"price": 1}');
    expect((await get<ProductPage>(cheapest)).body.products[0]?.id).toBe(1);
  });

  test('pages that do not show the product are still hits', async () => {
    const { get, putPrice } = await openShop();
    await Promise.all([get('/api/products/2'), get('/api/categories')]);
    await putPrice(1, '{"price": 1}');
    expect((await get('/api/products/2')).cacheStatus).toContain('; hit');
    expect((await get('/api/categories')).cacheStatus).toContain('; hit');
  });

  test('an answer that was read before it and arrives after it is not kept', async () => {
    const { get, putPrice } = await openShop(80);
    const update = putPrice(1, '{"price": 4321}');
    await sleep(40); // the price changes 40 ms from now, and this answer comes 80 ms from now
    const overtaken = get<ProductDetail>('/api/products/1');
    await update;
    const next = await get<ProductDetail>('/api/products/1');
    await overtaken;
    const last = await get<ProductDetail>('/api/products/1');
    expect([next.body.product.price, last.body.product.price]).toEqual([4321, 4321]);
  });

  /** The address of another product's page that shows a product as related. */
  async function showing(id: number): Promise<string> {
    const { products } = createCatalogue();
    const database = createDatabase({ latency: 0 });
    const { category } = products[id - 1] ?? {};
    for (const other of products.filter((product) => product.category === category && product.id !== id)) {
      const detail = await database.detail(other.id);
      if (detail?.related.some((row) => row.id === id) === true) return `/api/products/${other.id}`;
    }
    throw new Error(`no page shows product ${id}`);
  }
});

test('200 concurrent cold requests run the query once', async () => {
  const { get, database } = await openShop(100);
  const answers = await Promise.all(Array.from({ length: 200 }, () => get('/api/search?q=brass+lamp')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(database.queries).toBe(1);
  const stats = await get<{ queries: unknown }>('/api/stats');
  expect(stats.body.queries).toEqual({ run: 1, saved: 199 });
});

test('a 404 is kept for a while', async () => {
  const { get, database } = await openShop();
  const first = await get('/api/products/999999');
  const second = await get('/api/products/999999');
  expect([first.status, second.status]).toEqual([404, 404]);
  expect(second.cacheStatus).toContain('; hit');
  expect(second.body).toEqual({ error: 'There is no product 999999.' });
  expect(database.queries).toBe(1);
});

test.each([
  ['no JSON', '{', 'application/json'],
  ['no object', 'null', 'application/json'],
  ['an array', '[]', 'application/json'],
  ['no price', '{}', 'application/json'],
  ['a price in words', '{"price": "12"}', 'application/json'],
  ['a part of a cent', '{"price": 12.5}', 'application/json'],
  ['nothing to pay', '{"price": 0}', 'application/json'],
  ['less than nothing', '{"price": -1}', 'application/json'],
  ['more than there is', '{"price": 1e300}', 'application/json'],
  ['a form', 'price=12', 'application/x-www-form-urlencoded'],
  ['no body', '', 'application/json'],
])('a price update with %s is a 400 and changes nothing', async (_what, body, type) => {
  const { get, putPrice } = await openShop();
  await get('/api/products/1');
  const answer = await putPrice(1, body, type);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toEqual(expect.any(String));
  expect((await get('/api/products/1')).cacheStatus).toContain('; hit');
});

test('a price update of an unknown product is a 404', async () => {
  const { putPrice } = await openShop();
  expect((await putPrice(999_999, '{"price": 1}')).status).toBe(404);
});

test.each([
  ['/api/products?category=nowhere', 404],
  ['/api/products?page=0', 400],
  ['/api/products?page=1&page=2', 400],
  ['/api/products?page=9999', 404],
  ['/api/products?sort=random', 400],
  ['/api/products/one', 404],
  ['/api/products/%E0', 400],
  ['/api/search', 400],
  ['/api/nothing', 404],
])('%s is a %i with an error as JSON', async (path, status) => {
  const { get } = await openShop();
  const answer = await get<{ error: string }>(path);
  expect([answer.status, answer.body]).toEqual([status, { error: expect.any(String) as string }]);
});

test('statistics are never cached and tell how many queries were saved', async () => {
  const { get } = await openShop();
  await get('/api/products/1');
  await get('/api/products/1');
  const first = await get<{ queries: unknown }>('/api/stats');
  await get('/api/products/1');
  const second = await get<{ queries: unknown }>('/api/stats');
  expect([first.headers.get('cache-control'), first.cacheStatus]).toEqual(['no-store', null]);
  expect([first.body.queries, second.body.queries]).toEqual([
    { run: 1, saved: 1 },
    { run: 1, saved: 2 },
  ]);
});
