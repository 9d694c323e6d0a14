import type { Reply, ResponseHead } from '@shelflife/core';
import { fieldsOf, headFrom } from '@shelflife/core/node';
import type { FastifyReply } from 'fastify';

type Head = Pick<Reply, 'status' | 'reason' | 'lines'>;

/** The head of a reply as it stands. `before`: the fields it had when the cache was asked. */
export function headOf(reply: FastifyReply, before: Readonly<Record<string, unknown>> = {}): ResponseHead {
  const { statusCode } = reply;
  const source = {
    statusCode,
    statusMessage: reasonOf(reply),
    getHeader: (name: string) => reply.getHeader(name),
  };
  return headFrom(Object.keys(reply.getHeaders()), source, before);
}

/** Gives a reply the status and fields of a head, beside the other fields it has. */
export function setHead(reply: FastifyReply, { status, reason = '', lines }: Head): void {
  for (const [name, value] of fieldsOf(lines)) {
    if (String(reply.getHeader(name)) === String(value)) continue;
    removeField(reply, name);
    reply.header(name, value);
  }
  reply.code(status);
  if (reasonOf(reply) !== reason) reply.raw.statusMessage = reason;
}

/** Makes the head of a reply that was not sent yet this one. Fields named in `keep` stay. */
export function replaceHead(reply: FastifyReply, head: Head, keep: readonly string[] = []): void {
  const wanted = new Set([...keep, ...fieldsOf(head.lines).map(([name]) => name.toLowerCase())]);
  for (const name of Object.keys(reply.getHeaders())) if (!wanted.has(name)) removeField(reply, name);
  setHead(reply, head);
}

/** Early versions of Fastify 5 leave the fields of the Node response alone. */
export function removeField(reply: FastifyReply, name: string): void {
  reply.removeHeader(name);
  reply.raw.removeHeader(name);
}

// HTTP/2 has none, and Node warns of whoever asks.
function reasonOf({ raw, request }: FastifyReply): string {
  return request.raw.httpVersionMajor >= 2 ? '' : (raw.statusMessage ?? '');
}
