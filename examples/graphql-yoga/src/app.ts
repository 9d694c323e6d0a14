import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Cache } from '@shelflife/core';
import { responseCache } from '@shelflife/express';
import { cacheResolvers, useOperationCache } from '@shelflife/graphql';
import express, { type Express, type RequestHandler } from 'express';
import { createYoga } from 'graphql-yoga';
import { queries, schema } from './schema.js';

/** All of the caching: resolvers, operations, and the GET of persisted queries. */
export function createApp(cache: Cache): Express {
  cacheResolvers(schema, cache, { 'Product.rating': { ttl: '1h', tags: ['ratings'] } });

  const yoga = createYoga({
    schema,
    plugins: [
      usePersistedOperations({
        allowArbitraryOperations: true,
        getPersistedOperation: (id) => queries.get(id) ?? null,
        extractPersistedOperationId: (_params, { url }) => new URL(url).searchParams.get('id'),
      }),
      useOperationCache(cache, {
        ttl: '5m',
        types: { Product: { ttl: '1m' } },
        fields: { 'Mutation.addProduct': { invalidates: ['Product'] } },
        onAnswer: ({ status, reason = '' }) => console.log('operation:', status, reason),
      }),
    ],
  });

  const app = express();
  app.get('/graphql', responseCache(cache, { ttl: '5m', vary: ['Accept'] }));
  app.use('/graphql', yoga as RequestHandler);
  return app;
}
