import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cache } from '@shelflife/core';
import express from 'express';
import Fastify from 'fastify';
import { createYoga } from 'graphql-yoga';
import { mercurius } from 'mercurius';
import { cacheMercurius, type OperationRule, useOperationCache } from '../src/index.js';
import type { Shop, ShopContext } from './shop.js';

/** An answer over HTTP. */
export interface Answered {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
}

export interface Client {
  readonly ask: (
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
    operationName?: string,
  ) => Promise<Answered>;
  readonly close: () => Promise<void>;
}

type Start = (shop: Shop, cache: Cache, rule: OperationRule<ShopContext>) => Promise<Client>;

/** The servers that every test of operations runs on. */
export const hosts: readonly (readonly [string, Start])[] = [
  ['GraphQL Yoga on node:http', (shop, cache, rule) => listen(yoga(shop, cache, rule) as RequestListener)],
  [
    'GraphQL Yoga on Express',
    (shop, cache, rule) => listen(express().use('/graphql', yoga(shop, cache, rule) as RequestListener)),
  ],
  ['Mercurius on Fastify', startMercurius],
];

function yoga(shop: Shop, cache: Cache, rule: OperationRule<ShopContext>): unknown {
  return createYoga({
    schema: shop.schema,
    logging: false,
    maskedErrors: false,
    context: ({ request }) => ({ user: userOf(request.headers.get('authorization')) }),
    plugins: [useOperationCache(cache, rule)],
  });
}

async function startMercurius(shop: Shop, cache: Cache, rule: OperationRule<ShopContext>): Promise<Client> {
  const app = Fastify();
  await app.register(mercurius, {
    schema: shop.schema,
    context: ({ headers }) => ({ user: userOf(headers.authorization) }),
  });
  cacheMercurius(app, cache, rule);
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  return client(origin, () => app.close());
}

function userOf(authorization: string | null | undefined): string | undefined {
  return authorization?.slice('Bearer '.length);
}

async function listen(listener: RequestListener): Promise<Client> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return client(`http://127.0.0.1:${port}`, () => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  });
}

function client(origin: string, close: () => Promise<void>): Client {
  return {
    close,
    async ask(query, variables, headers, operationName) {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables, operationName }),
      });
      return (await response.json()) as Answered;
    },
  };
}
