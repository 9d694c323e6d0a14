import { type Head, headOfNode, setFields } from '@shelflife/core/node';
import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';

/** The part of a route's context that tells which hooks a reply would run through. */
interface Context {
  readonly onSend: readonly onSendHookHandler[] | null;
}

/** The head of a reply, which keeps fields beside those of Node's response. */
export function headOf(reply: FastifyReply): Head {
  return {
    ...headOfNode(reply.raw),
    fields: () => Object.entries(reply.getHeaders()),
    setField: (name, value) => void reply.removeHeader(name).header(name, value),
    removeField(name) {
      reply.removeHeader(name);
      // Early versions of Fastify 5 leave it there.
      reply.raw.removeHeader(name);
    },
  };
}

const isContext = ({ description }: symbol): boolean => description === 'fastify.context';

/** What Fastify adds to its HEAD routes, which only takes the body away. */
const HEAD_HOOK = 'bound headRouteOnSendHandler';

/**
 * Makes what takes a reply out of Fastify's hands, if the application has no onSend hook that could want to see it.
 * Fastify tells what hooks a route has in no other way than in the context that each of its requests holds; where
 * there is none to be found, the reply stays. `own`: a hook that does not count.
 */
export function createLeave(own: onSendHookHandler): (reply: FastifyReply) => boolean {
  let symbol: symbol | undefined;
  const isOwn = (hook: onSendHookHandler): boolean => hook === own || hook.name === HEAD_HOOK;
  return (reply) => {
    const request = reply.request as FastifyRequest & Readonly<Record<symbol, Context | undefined>>;
    symbol ??= Object.getOwnPropertySymbols(request).find(isContext);
    if (symbol === undefined || request[symbol]?.onSend?.every(isOwn) !== true) return false;
    setFields(reply.raw, reply.getHeaders());
    reply.hijack();
    return true;
  };
}

/** A hook that has no use for `this`, and that is itself where Fastify binds hooks to an instance. */
export function recognisable(hook: onSendHookHandler): onSendHookHandler {
  return Object.assign(hook, { bind: () => hook });
}
