import type { ClientRequest, OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Answer, Capture } from '../exchange/types.js';
import { headersOf } from '../http/fields.js';
import type { FieldLines, Reply, ResponseHead } from '../http/message.js';

/** A field as frameworks keep it: one value, or one for each line. */
export type Field = readonly [name: string, value: unknown];

/** Status and fields of a response as they stand, to be read and replaced until they are sent. */
export interface Head {
  /** `reason`: `''` or `undefined` when it is the usual one of the status. */
  status(): { readonly status: number; readonly reason: string | undefined };
  /** In the order and letter case they are sent in. */
  fields(): readonly Field[];
  setStatus(status: number, reason: string): void;
  /** Gives a field this value and no other. */
  setField(name: string, value: string | string[]): void;
  removeField(name: string): void;
}

/** The head of a Node response. */
export function headOfNode(res: ServerResponse): Head {
  // Every outgoing message has it; @types/node knows it of requests only.
  const { getRawHeaderNames } = res as ServerResponse & Pick<ClientRequest, 'getRawHeaderNames'>;
  // HTTP/2 has no reason, and Node warns of whoever asks.
  const hasReason = res.req.httpVersionMajor < 2;
  return {
    status: () => ({ status: res.statusCode, reason: hasReason ? res.statusMessage : '' }),
    fields: () => getRawHeaderNames.call(res).map((name) => [name, res.getHeader(name)]),
    setStatus(status, reason) {
      res.statusCode = status;
      if (hasReason) res.statusMessage = reason;
    },
    setField: (name, value) => void res.setHeader(name, value),
    removeField: (name) => res.removeHeader(name),
  };
}

/** A head as core knows it. `before`: the one it was when the cache was asked. */
export function readHead(head: Head, before?: ResponseHead): ResponseHead {
  const { status, reason } = head.status();
  const lines = head
    .fields()
    .flatMap(([name, value]) => [value].flat().flatMap((line) => [name, String(line)]));
  const headers = headersOf(lines);
  const preset = Object.keys(before?.headers ?? {}).filter(
    (name) => String(headers[name]) === String(before?.headers[name]),
  );
  return { status, headers, lines, preset, ...(reason && { reason }) };
}

/** Makes a head the one of a reply. Other fields go, unless they are named in `keep`, in lower case. */
export function replaceHead(head: Head, reply: Omit<Reply, 'body'>, keep: readonly string[] = []): void {
  const wanted = new Set([...keep, ...Object.keys(headersOf(reply.lines))]);
  for (const [name] of head.fields()) if (!wanted.has(name.toLowerCase())) head.removeField(name);
  setHead(head, reply);
}

/** Gives a head the status and fields of a reply, beside the other fields it has. */
export function setHead(head: Head, { status, reason = '', lines }: Omit<Reply, 'body'>): void {
  for (const [name, value] of fieldsOf(lines)) head.setField(name, value);
  head.setStatus(status, reason);
}

/** The head of an answer is known, and with `body` all there is: a capture says what goes out. */
export function beginAnswer(head: Head, now: ResponseHead, capture: Capture, body?: Uint8Array): Answer {
  const answer = body === undefined ? capture.stream(now) : capture.complete(now, body);
  replaceHead(head, answer.reply, now.preset);
  return answer;
}

/** Lines by field, as `setHeader` takes them: the name as it is sent, with one value or several. */
export function fieldsOf(lines: FieldLines): [name: string, value: string | string[]][] {
  const fields = new Map<string, [name: string, values: string[]]>();
  for (let at = 0; at < lines.length; at += 2) {
    const [name, value] = [lines[at]!, lines[at + 1]!];
    const known = fields.get(name.toLowerCase());
    if (known === undefined) fields.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return [...fields.values()].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]);
}

/** Sets fields as `writeHead` takes them: an object, or a flat list in which a name may come again. */
export function setFields(
  res: ServerResponse,
  fields: Readonly<Record<string, OutgoingHttpHeader | undefined>> | OutgoingHttpHeader[] | undefined,
): void {
  const list = Array.isArray(fields) ? fieldsOf(fields.flat() as string[]) : Object.entries(fields ?? {});
  for (const [name, value] of list) if (value !== undefined) res.setHeader(name, value);
}
