import type { Head } from '@shelflife/core/node';
import type { FastifyReply } from 'fastify';

/** The head of a reply, which keeps fields beside those of Node's response. */
export function headOf(reply: FastifyReply): Head {
  const { raw } = reply;
  // HTTP/2 has no reason, and Node warns of whoever asks.
  const hasReason = raw.req.httpVersionMajor < 2;
  return {
    status: () => ({ status: reply.statusCode, reason: hasReason ? raw.statusMessage : '' }),
    fields: () => Object.entries(reply.getHeaders()),
    setStatus(status, reason) {
      reply.code(status);
      if (hasReason) raw.statusMessage = reason;
    },
    setField: (name, value) => void reply.removeHeader(name).header(name, value),
    removeField(name) {
      reply.removeHeader(name);
      // Early versions of Fastify 5 leave it there.
      raw.removeHeader(name);
    },
  };
}
