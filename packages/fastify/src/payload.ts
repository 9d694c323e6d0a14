import type { ReadableStream } from 'node:stream/web';
import type { FastifyReply } from 'fastify';

/** The body of a web Response, with its status and fields set on the reply as Fastify would do later; anything else as it is. */
export function unwrap(reply: FastifyReply, payload: unknown): unknown {
  if (Object.prototype.toString.call(payload) !== '[object Response]') return payload;
  const { status, headers, body } = payload as Response;
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  return body;
}

/** The bytes of a payload that is there as a whole. */
export function bytesOf(payload: unknown): Uint8Array | undefined {
  if (payload === undefined || payload === null) return new Uint8Array(0);
  if (typeof payload === 'string') return Buffer.from(payload);
  return payload instanceof Uint8Array ? payload : undefined;
}

export function isStream(payload: unknown): payload is NodeJS.ReadableStream | ReadableStream {
  const { pipe, getReader } = (payload ?? {}) as { readonly pipe?: unknown; readonly getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}
