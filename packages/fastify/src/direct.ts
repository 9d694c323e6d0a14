import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';

/** The part of a route's context that tells which hooks a reply would run through. */
interface Context {
  readonly onSend: readonly onSendHookHandler[] | null;
}

/**
 * Makes the question whether an answer may go to Node's response at once, because this application has no onSend hook
 * that could want to see it. Fastify tells what hooks a route has in no other way than in the context that each of its
 * requests holds; where there is none to be found, the answer is no. `own`: a hook that does not count.
 */
export function createDirect(own: onSendHookHandler): (request: FastifyRequest) => boolean {
  let symbol: symbol | undefined;

  function contextOf(request: FastifyRequest): Context | undefined {
    symbol ??= Object.getOwnPropertySymbols(request).find(
      ({ description }) => description === 'fastify.context',
    );
    return symbol && (request as unknown as Readonly<Record<symbol, Context | undefined>>)[symbol];
  }

  return (request) => contextOf(request)?.onSend?.every((hook) => hook === own) === true;
}

/** A hook that has no use for `this`, and that is itself where Fastify binds hooks to an instance. */
export function recognisable(hook: onSendHookHandler): onSendHookHandler {
  return Object.assign(hook, { bind: () => hook });
}

/** Gives Node's response the fields that hooks have set on the reply so far, and takes the reply out of Fastify's hands. */
export function leave(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  reply.hijack();
}
