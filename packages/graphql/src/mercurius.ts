import { type Cache, ShelflifeError } from '@shelflife/core';
import { type DocumentNode, type GraphQLSchema, parse, print } from 'graphql';
import { createDocuments } from './documents.js';
import { createOperations, type Result } from './operations.js';
import type { OperationRule } from './rule.js';

type Variables = Readonly<Record<string, unknown>> | null | undefined;

type Graphql = (
  source: string | DocumentNode,
  context?: Record<string, unknown>,
  variables?: Record<string, unknown>,
  operationName?: string,
) => Promise<unknown>;

/** A Fastify application with Mercurius. */
export interface MercuriusApp {
  graphql: unknown;
}

const NO_MERCURIUS =
  'cacheMercurius(): the application has no app.graphql. Write await app.register(mercurius, …) before it.';

/**
 * Caches whole operations of Mercurius: `await app.register(mercurius, { … }); cacheMercurius(app, cache, { ttl: '1m' })`.
 *
 * It stands around `app.graphql`, through which all operations over HTTP go, since the hooks of Mercurius cannot answer
 * one: on a hit no hook of Mercurius runs. Decide who may ask in a hook of Fastify, or in `by`.
 * @throws ShelflifeError `ERR_OPTION` when the rule is wrong or Mercurius is not registered yet.
 */
export function cacheMercurius<Context = unknown>(
  app: MercuriusApp,
  cache: Cache,
  rule: OperationRule<Context> = {},
): void {
  const owner = ownerOf(app);
  const answer = createOperations(cache, rule);
  const read = createDocuments();
  owner.graphql = new Proxy(owner.graphql as Graphql & { readonly schema: GraphQLSchema }, {
    apply(graphql, self, [source, context, variables, operationName]: Parameters<Graphql>) {
      const run = (text: string | DocumentNode): Promise<Result> =>
        Reflect.apply(graphql, self, [text, context, variables, operationName]) as Promise<Result>;
      const document = typeof source === 'string' ? read(source, parse) : source;
      // What cannot be read, Mercurius refuses in its own words.
      if (document === undefined) return run(source);
      const operation = {
        schema: graphql.schema,
        document,
        operationName,
        variables: variables as Variables,
        context,
      };
      return answer(operation, (planned) => run(planned === document ? source : read.textOf(planned, print)));
    },
  });
}

/** Where Mercurius has put it: children of Fastify inherit it. */
function ownerOf(app: MercuriusApp): MercuriusApp {
  for (let at: object | null = app; at !== null; at = Object.getPrototypeOf(at) as object | null)
    if (Object.hasOwn(at, 'graphql')) return at as MercuriusApp;
  throw new ShelflifeError('ERR_OPTION', NO_MERCURIUS);
}
