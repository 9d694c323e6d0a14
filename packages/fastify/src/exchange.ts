import { Readable } from 'node:stream';
import type { Answer, BodySink, Cache, Capture, Outcome, Reply, ResolvedRule } from '@shelflife/core';
import { afterEnd, fieldsOf, narrowRequest, tee, viewOf } from '@shelflife/core/node';
import type {
  FastifyReply,
  FastifyRequest,
  onErrorHookHandler,
  onSendHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import { headOf, removeField, replaceHead, setHead } from './head.js';
import { FASTIFY } from './host.js';
import { bytesOf, isStream, unwrap } from './payload.js';

/** What the cache does with the payload that is about to be sent. */
interface Exchange {
  /** Passes on what is sent in its place. */
  send(payload: unknown, pass: (payload: unknown) => void): void;
  /** An error handler will answer. */
  fail(): void;
}

/** Where a request keeps its {@link Exchange}. */
export const EXCHANGE: unique symbol = Symbol('shelflife.exchange');

type Exchanging = FastifyRequest & { [EXCHANGE]: Exchange | null };

/** The preHandler of a route that caches: asks the cache, and lets the handler run if need be. */
export function lookUp(cache: Cache, rule: ResolvedRule): preHandlerHookHandler {
  return (request, reply, done) => {
    const outcome = cache.open(viewOf(request, FASTIFY), rule);
    if (!(outcome instanceof Promise)) return act(request, reply, done, outcome);
    // oxlint-disable-next-line promise/no-callback-in-promise
    outcome.then((later) => act(request, reply, done, later)).catch(done);
  };
}

/** The onSend hook of a route that caches. */
export const handOver: onSendHookHandler = (request, _reply, payload, done) => {
  const exchange = (request as Exchanging)[EXCHANGE];
  if (exchange === null) done();
  else exchange.send(payload, (own) => done(null, own));
};

/** The onError hook of a route that caches. */
export const giveWay: onErrorHookHandler = (request, _reply, _error, done) => {
  (request as Exchanging)[EXCHANGE]?.fail();
  done();
};

function act(request: FastifyRequest, reply: FastifyReply, done: () => void, outcome: Outcome): void {
  // While this request waited its client may have left, or somebody else may have answered.
  const isOver = reply.sent || reply.raw.destroyed;
  if (outcome.action === 'reply') return isOver ? undefined : sendHit(request, reply, outcome.reply);
  const { capture, control, cacheStatus } = outcome;
  if (isOver) return capture?.abandon();
  request.cache = control;
  if (capture === undefined) reply.header('cache-status', cacheStatus);
  else (request as Exchanging)[EXCHANGE] = captureReply(request, reply, capture);
  done();
}

/**
 * Sends what is stored through the hooks of this request: those of plugins see head and no body, as with a
 * redirect, because what they do to bodies was done before it was stored; those of the route get the body.
 */
function sendHit(request: FastifyRequest, reply: FastifyReply, hit: Reply): void {
  const { lines } = hit;
  setHead(reply, { ...hit, lines });
  // Fastify sets it from the body, after other hooks have made their own of that.
  const length = reply.getHeader('content-length');
  reply.removeHeader('content-length');
  (request as Exchanging)[EXCHANGE] = {
    send(_nothing, pass) {
      (request as Exchanging)[EXCHANGE] = null;
      reply.code(hit.status);
      if (request.method !== 'HEAD') return pass(payloadOf(hit.body));
      if (length !== undefined) reply.header('content-length', length);
      // The hook that Fastify adds to HEAD routes cannot do with null.
      pass(Readable.from([]));
    },
    fail() {
      (request as Exchanging)[EXCHANGE] = null;
      for (const [name] of fieldsOf(lines)) removeField(reply, name);
    },
  };
  reply.send();
}

/** Listens to what the handler sends and hands it to a capture, which decides what goes out. */
function captureReply(request: FastifyRequest, reply: FastifyReply, capture: Capture): Exchange {
  const before = reply.getHeaders();
  const narrowed = narrowRequest(request, FASTIFY, capture.narrowing);
  let sink: BodySink | undefined;
  // Until something comes through onSend, the handler answers past Fastify.
  let finish = (): void => {
    capture.hijacked();
    capture.stream(headOf(reply, before));
  };

  // oxlint-disable-next-line typescript/unbound-method -- it is called with `reply`
  const { hijack } = reply;
  reply.hijack = () => {
    capture.hijacked();
    return hijack.call(reply);
  };
  afterEnd(reply.raw, () => {
    narrowed.end();
    finish();
  });
  reply.raw.once('close', () => {
    narrowed.end();
    if (!reply.raw.writableEnded) capture.detach();
  });

  function handOut(answer: Answer, body: unknown): unknown {
    const own = payloadOf(answer.reply.body);
    const end = (): void => answer.sink.end(headOf(reply));
    finish = end;
    if (!isStream(body)) return own === undefined ? body : own;
    const copied = tee(body, answer.sink);
    if (own === undefined) {
      // Later hooks may have sent something else in its place.
      finish = () => (copied.readableEnded ? end() : answer.sink.abandon());
      return copied;
    }
    // The client has its answer; the handler's body is read for the cache.
    finish = () => {};
    copied.on('end', end).resume();
    return own;
  }

  return {
    send(payload, pass) {
      // What was handed over before did not go out: this is the answer of an error handler.
      sink?.abandon();
      if (reply.raw.headersSent) {
        capture.hijacked();
        return pass(payload);
      }
      const body = unwrap(reply, payload);
      const bytes = bytesOf(body);
      const head = headOf(reply, before);
      const answer = bytes === undefined ? capture.stream(head) : capture.complete(head, bytes);
      sink = answer.sink;
      replaceHead(reply, answer.reply, head.preset);
      if (!isStream(body)) narrowed.end();
      narrowed.outside(() => pass(handOut(answer, body)));
    },
    fail() {},
  };
}

function payloadOf(body: Uint8Array | null | undefined): Buffer | null | undefined {
  return body && Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
