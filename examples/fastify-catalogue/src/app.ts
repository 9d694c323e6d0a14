import compress from '@fastify/compress';
import type { Cache } from '@shelflife/core';
import shelflife from '@shelflife/fastify';
import { type FastifyInstance, fastify } from 'fastify';
import type { Catalogue } from './catalogue.js';

interface ById {
  readonly Params: { readonly id: number };
}

const ID = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } } } as const;
const PAGE = { type: 'object', properties: { page: { type: 'integer', minimum: 1, default: 1 } } } as const;
const PRICE = {
  type: 'object',
  required: ['price'],
  properties: { price: { type: 'integer', minimum: 0 } },
} as const;

/** The shop's API. All of the caching is in this file. */
export async function createApp(cache: Cache, catalogue: Catalogue): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(compress, { threshold: 0 });
  // All routes below, unless they say otherwise. A query parameter that is not listed does not make a second copy.
  await app.register(shelflife, { cache, rule: { ttl: '1m', swr: '5m', query: { allow: ['page'] } } });

  app.get<{ Querystring: { page: number } }>(
    '/products',
    { schema: { querystring: PAGE } },
    async (request) => {
      const products = await catalogue.list(request.query.page);
      request.cache.tag(...products.map(({ id }) => `product:${id}`));
      return products;
    },
  );

  app.get<ById>('/products/:id', { schema: { params: ID } }, async (request, reply) => {
    request.cache.tag(`product:${request.params.id}`);
    return (await catalogue.find(request.params.id)) ?? reply.code(404).send({ error: 'no such product' });
  });

  app.put<ById & { Body: { price: number } }>(
    '/products/:id/price',
    { schema: { params: ID, body: PRICE } },
    async ({ params: { id }, body }, reply) => {
      const product = await catalogue.setPrice(id, body.price);
      if (product === undefined) return reply.code(404).send({ error: 'no such product' });
      // Before the answer: whoever has seen it sees the new price from then on, in lists too.
      await cache.invalidate({ tags: [`product:${id}`] });
      return product;
    },
  );

  app.get('/stats', { config: { cache: false } }, () => ({
    queries: catalogue.queries,
    cache: cache.stats(),
  }));
  return app;
}
