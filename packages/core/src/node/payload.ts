import type { ServerResponse } from 'node:http';
import type { ReadableStream } from 'node:stream/web';
import type { Answer, BodySink, Capture } from '../exchange/types.js';
import { afterCall } from './after-call.js';
import { beginAnswer, fieldsOf, type Head, readHead } from './head.js';
import type { Narrowed } from './narrow.js';
import { tee } from './tee.js';

/** Takes the payload of a response, and calls `send` with what is sent in its place. */
export type TakePayload = (payload: unknown, send: (own: unknown) => void) => void;

/**
 * For hosts that hand a payload over before they send it: a text, bytes, a stream or a web Response. A capture
 * decides what goes out. An answer that comes without a payload, past the host, is not stored.
 */
export function capturePayload(
  res: ServerResponse,
  head: Head,
  capture: Capture,
  narrowed: Narrowed,
): TakePayload {
  const before = readHead(head);
  let sink: BodySink | undefined;
  let finish = (): void => {
    capture.hijacked();
    capture.stream(readHead(head, before));
  };
  afterCall(res, 'end', () => {
    narrowed.end();
    finish();
  });
  res.once('close', () => {
    narrowed.end();
    if (!res.writableEnded) capture.detach();
  });

  function handOut(answer: Answer, body: unknown, isWhole: boolean): unknown {
    const own = bufferOf(answer.reply.body);
    const end = (): void => answer.sink.end(readHead(head));
    finish = end;
    if (isWhole || !isStream(body)) return own === undefined ? body : own;
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

  return (payload, send) => {
    // What was handed over before did not go out: this is the answer of an error handler.
    sink?.abandon();
    if (res.headersSent) {
      capture.hijacked();
      return send(payload);
    }
    const body = unwrap(head, payload);
    // A 204 has no content: hosts end it without having read a stream that comes with it.
    const bytes = head.status().status === 204 ? new Uint8Array(0) : bytesOf(body);
    const answer = beginAnswer(head, readHead(head, before), capture, bytes);
    ({ sink } = answer);
    if (bytes !== undefined || !isStream(body)) narrowed.end();
    narrowed.outside(() => send(handOut(answer, body, bytes !== undefined)));
  };
}

/** Bytes as the Buffer that frameworks send, which is no copy. */
export function bufferOf(body: Uint8Array | null | undefined): Buffer | null | undefined {
  return body && Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/**
 * The body of a web Response, whose status and fields become those of the head, beside cookies it has already;
 * anything else as it is.
 */
function unwrap(head: Head, payload: unknown): unknown {
  if (Object.prototype.toString.call(payload) !== '[object Response]') return payload;
  const { status, headers, body } = payload as Response;
  const cookies = [readHead(head).headers['set-cookie'] ?? []].flat().map((line) => ['set-cookie', line]);
  head.setStatus(status, head.status().reason ?? '');
  for (const [name, value] of fieldsOf([...cookies, ...headers].flat())) head.setField(name, value);
  return body;
}

/** The bytes of a payload that is there as a whole. */
function bytesOf(payload: unknown): Uint8Array | undefined {
  if (payload === undefined || payload === null) return new Uint8Array(0);
  if (typeof payload === 'string') return Buffer.from(payload);
  return payload instanceof Uint8Array ? payload : undefined;
}

function isStream(payload: unknown): payload is NodeJS.ReadableStream | ReadableStream {
  const { pipe, getReader } = (payload ?? {}) as { readonly pipe?: unknown; readonly getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}
