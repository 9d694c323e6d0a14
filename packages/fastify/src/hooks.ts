import { Readable } from 'node:stream';
import type { Cache, ResolvedRule } from '@shelflife/core';
import {
  bufferOf,
  capturePayload,
  fieldsOf,
  type Host,
  narrowQuery,
  nodeMiddleware,
  replyOf,
  sendHit,
  type Responses,
  setHead,
  type TakePayload,
  withQueryOf,
} from '@shelflife/core/node';
import type {
  FastifyReply,
  FastifyRequest,
  onErrorHookHandler,
  onSendHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import { createDirect, leave, recognisable } from './direct.js';
import { headOf } from './head.js';

/** What the cache does with the payload of a request that is about to be sent. */
interface Taker {
  readonly take: TakePayload;
  /** An error handler will answer. */
  readonly fail?: () => void;
}

const takers = new WeakMap<FastifyRequest, Taker>();

/** How Fastify answers, but for what {@link responses} adds. */
const THROUGH_HOOKS: Omit<Responses<FastifyRequest, FastifyReply>, 'sendHit'> = {
  node: ({ raw }) => raw,
  head: headOf,
  /**
   * Sends what is stored through the hooks of this request: those of plugins see head and no body, as with a
   * redirect, because what they do to bodies was done before it was stored; those of the route get the body.
   */
  send(reply, hit, request) {
    const head = headOf(reply);
    setHead(head, hit);
    takers.set(request, {
      take(_nothing, send) {
        takers.delete(request);
        reply.code(hit.status);
        // Fastify sets it from what later hooks make of the body.
        const length = reply.getHeader('content-length');
        reply.removeHeader('content-length');
        if (request.method === 'HEAD' && length !== undefined) reply.header('content-length', length);
        send(bufferOf(hit.body));
      },
      fail() {
        takers.delete(request);
        for (const [name] of fieldsOf(hit.lines)) head.removeField(name);
      },
    });
    reply.send();
  },
  /** Listens to what the handler sends, or writes past Fastify. */
  capture(reply, capture, narrowed, request) {
    // oxlint-disable-next-line typescript/unbound-method -- it is called with `reply`
    const { hijack } = reply;
    reply.hijack = () => {
      capture.hijacked();
      return hijack.call(reply);
    };
    takers.set(request, { take: capturePayload(reply.raw, headOf(reply), capture, narrowed) });
  },
};

/** A hit goes through hooks only where there are some. */
function responses(): Responses<FastifyRequest, FastifyReply> {
  const isDirect = createDirect(handOver);
  return {
    ...THROUGH_HOOKS,
    sendHit(reply, hit, asked, request) {
      if (!isDirect(request)) return THROUGH_HOOKS.send(reply, replyOf(hit, asked), request);
      leave(reply);
      sendHit(reply.raw, hit, asked);
    },
  };
}

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
export function lookUp(cache: Cache, rule: ResolvedRule): preHandlerHookHandler {
  return nodeMiddleware(cache, rule, { ...FASTIFY, responses: responses() });
}

/** The onSend hook of a route that caches. */
export const handOver: onSendHookHandler = recognisable((request, _reply, payload, done) => {
  const taker = takers.get(request);
  if (taker === undefined) return done();
  // The hook that Fastify adds to HEAD routes cannot do with null.
  const empty = request.method === 'HEAD' ? Readable.from([]) : null;
  taker.take(payload, (own) => done(null, own === null ? empty : own));
});

/** The onError hook of a route that caches. */
export const giveWay: onErrorHookHandler = (request, _reply, _error, done) => {
  takers.get(request)?.fail?.();
  done();
};
