import { Readable } from 'node:stream';
import type { Cache, ResolvedRule } from '@shelflife/core';
import {
  afterCall,
  createHandOver,
  type Host,
  narrowQuery,
  nodeMiddleware,
  type NodeMiddleware,
  withQueryOf,
} from '@shelflife/core/node';
import type { FastifyReply, FastifyRequest, onErrorHookHandler, onSendHookHandler } from 'fastify';
import { createLeave, headOf, recognisable } from './reply.js';

const payloads = createHandOver<FastifyReply>({
  node: ({ raw }) => raw,
  head: headOf,
  runHooks: (reply) => void reply.send(),
  onHijack: (reply, listener) => afterCall(reply, 'hijack', listener),
});

/** What core must know of Fastify. */
const FASTIFY: Host<FastifyRequest, FastifyReply> = {
  node: ({ raw }) => raw,
  url: ({ originalUrl }) => originalUrl,
  scheme: ({ protocol }) => protocol,
  // Fastify remembers what its own URL was when it was first asked.
  withUrl: (request, url) => [
    [request.raw, { url: withQueryOf(request.raw.url!, url), originalUrl: url }],
    [request, { originalUrl: url, query: narrowQuery(request.query as object, request.originalUrl, url) }],
  ],
  application: ({ server }) => server.routing.bind(server),
};

/** The preHandler of a route that caches: asks the cache, and lets the handler run if need be. */
export function lookUp(cache: Cache, rule: ResolvedRule): NodeMiddleware<FastifyRequest, FastifyReply> {
  return nodeMiddleware(cache, rule, {
    ...FASTIFY,
    responses: { ...payloads.responses, leave: createLeave(handOver) },
  });
}

/** The onSend hook of a route that caches. */
export const handOver: onSendHookHandler = recognisable(({ method }, reply, payload, done) => {
  // The hook that Fastify adds to HEAD routes cannot do with null.
  const empty = method === 'HEAD' ? Readable.from([]) : null;
  payloads.take(reply, payload, (own) => done(null, own === null ? empty : own));
});

/** The onError hook of a route that caches. */
export const giveWay: onErrorHookHandler = (_request, reply, _error, done) => {
  payloads.giveWay(reply);
  done();
};
