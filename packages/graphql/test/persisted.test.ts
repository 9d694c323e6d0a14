import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { type Cache, createCache, type ResponseControl } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import shelflife from '@shelflife/fastify';
import express from 'express';
import Fastify from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import { mercurius } from 'mercurius';
import { afterEach, describe, expect, it } from 'vitest';
import { cacheMercurius, type OperationRule, useOperationCache } from '../src/index.js';

const QUERIES: Readonly<Record<string, string>> = {
  product: 'query ($id: ID!) { product(id: $id) { price } }',
  tagged: '{ tagged }',
  failing: '{ failing }',
  secret: '{ secret }',
};

const RULE: OperationRule = { ttl: '1m', fields: { 'Query.secret': { scope: 'PRIVATE' } } };

interface Context {
  readonly req?: { readonly cache?: ResponseControl };
  readonly reply?: { readonly request: { readonly cache?: ResponseControl } };
}

function createShop() {
  const shop = { price: 1, runs: 0 };
  const schema = createSchema<Context>({
    typeDefs: `
      type Query { product(id: ID!): Product  tagged: Int  failing: Int  secret: Int }
      type Mutation { setPrice(id: ID!, price: Int!): Product }
      type Product { id: ID!  price: Int! }`,
    resolvers: {
      Query: {
        product: (_, { id }: { id: string }) => (shop.runs++, { id, price: shop.price }),
        tagged: (_, _args, { req, reply }) => {
          (req ?? reply?.request)?.cache?.tag('by hand');
          return ++shop.runs;
        },
        secret: () => ++shop.runs,
        failing: () => {
          throw new Error(`failed ${++shop.runs} times`);
        },
      },
      Mutation: {
        setPrice: (_, { id, price }: { id: string; price: number }) => ((shop.price = price), { id, price }),
      },
    },
  });
  return { shop, schema };
}

interface Running {
  readonly origin: string;
  /** Of the persisted queries. */
  readonly path: string;
  readonly shop: { runs: number };
  readonly close: () => Promise<unknown>;
}

async function onExpress(cache: Cache): Promise<Running> {
  const { shop, schema } = createShop();
  const yoga = createYoga({
    schema,
    logging: false,
    plugins: [
      usePersistedOperations({
        allowArbitraryOperations: true,
        getPersistedOperation: (id) => QUERIES[id] ?? null,
        extractPersistedOperationId: (_params, { url }) => new URL(url).searchParams.get('id'),
      }),
      useOperationCache(cache, RULE),
    ],
  });
  const app = express();
  app.get('/graphql', responseCache(cache, { ttl: '1m', vary: ['Accept'] }));
  app.use('/graphql', yoga as RequestListener);
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(resolve));
  };
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    path: '/graphql',
    shop,
    close,
  };
}

async function onFastify(cache: Cache): Promise<Running> {
  const { shop, schema } = createShop();
  const app = Fastify();
  await app.register(shelflife, { cache });
  await app.register(mercurius, { schema, routes: false });
  cacheMercurius(app, cache, RULE);
  app.get<{ Querystring: { id: string; variables?: string } }>(
    // A POST makes what is stored under its path invalid.
    '/persisted',
    { config: { cache: { ttl: '1m' } } },
    ({ query: { id, variables = '{}' } }, reply) =>
      reply.graphql(QUERIES[id]!, {}, JSON.parse(variables) as Record<string, unknown>),
  );
  app.post<{ Body: { query: string } }>('/graphql', ({ body }, reply) => reply.graphql(body.query, {}));
  return {
    origin: await app.listen({ port: 0, host: '127.0.0.1' }),
    path: '/persisted',
    shop,
    close: () => app.close(),
  };
}

describe.each([
  ['Express with GraphQL Yoga', onExpress],
  ['Fastify with Mercurius', onFastify],
])('the GET of a persisted query, %s', (_name, start) => {
  const running: Running[] = [];
  afterEach(() => Promise.all(running.splice(0).map(({ close }) => close())));

  async function run() {
    const cache = createCache();
    const server = await start(cache);
    running.push(server);
    const get = async (query: string): Promise<readonly [unknown, string]> => {
      const response = await fetch(`${server.origin}${server.path}?${query}`);
      return [await response.json(), response.headers.get('cache-status')?.replace(/ttl=\d+/, 'ttl') ?? ''];
    };
    const mutate = (query: string): Promise<unknown> =>
      fetch(`${server.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      }).then((response) => response.json());
    return { cache, get, mutate, shop: server.shop };
  }
  const product = (id: string): string =>
    `id=product&variables=${encodeURIComponent(JSON.stringify({ id }))}`;

  it('is a response of the cache, under its id and variables', async () => {
    const { get, shop } = await run();
    const price = { data: { product: { price: 1 } } };
    expect(await get(product('7'))).toEqual([price, 'shelflife; fwd=miss; stored']);
    expect(await get(product('7'))).toEqual([price, 'shelflife; hit; ttl']);
    expect(await get(product('8'))).toEqual([price, 'shelflife; fwd=miss; stored']);
    expect(shop.runs).toBe(2);
  });

  it('is invalidated by a mutation that returns what it shows', async () => {
    const { get, mutate } = await run();
    for (const id of ['7', '8']) await get(product(id));
    await mutate('mutation { setPrice(id: 7, price: 5) { price } }');
    expect(await get(product('7'))).toEqual([
      { data: { product: { price: 5 } } },
      'shelflife; fwd=miss; stored',
    ]);
    expect((await get(product('8')))[1]).toBe('shelflife; hit; ttl');
  });

  it('has the tags that a resolver gives it', async () => {
    const { cache, get } = await run();
    for (const status of ['fwd=miss; stored', 'hit; ttl'])
      expect(await get('id=tagged')).toEqual([{ data: { tagged: 1 } }, `shelflife; ${status}`]);
    await cache.invalidate({ tags: ['by hand'] });
    expect((await get('id=tagged'))[1]).toBe('shelflife; fwd=miss; stored');
  });

  it('is not stored when the operation is not', async () => {
    const { get, shop } = await run();
    for (const _ of [1, 2]) expect((await get('id=secret'))[1]).toBe('shelflife; fwd=miss; detail=SKIPPED');
    expect(shop.runs).toBe(2);
  });

  it('is not stored when it failed, though its status may be 200', async () => {
    const { get, shop } = await run();
    for (const _ of [1, 2]) expect((await get('id=failing'))[1]).not.toMatch(/hit|stored$/);
    expect(shop.runs).toBe(2);
  });
});
