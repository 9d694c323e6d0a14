import type { ClientRequest, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { headersOf } from '../http/fields.js';
import type { FieldLines, Reply, ResponseHead } from '../http/message.js';

/** The head of a response as it stands. `before`: the fields it had when the cache was asked. */
export function headOf(res: ServerResponse, before: OutgoingHttpHeaders): ResponseHead {
  const lines = linesOf(res);
  const preset = Object.keys(before).filter((name) => String(res.getHeader(name)) === String(before[name]));
  const head = { status: res.statusCode, headers: headersOf(lines), lines, preset };
  return res.statusMessage ? { ...head, reason: res.statusMessage } : head;
}

function linesOf(res: ServerResponse): FieldLines {
  // Every outgoing message has it; @types/node knows it of requests only.
  const { getRawHeaderNames } = res as ServerResponse & Pick<ClientRequest, 'getRawHeaderNames'>;
  return getRawHeaderNames.call(res).flatMap((name) => {
    const value = res.getHeader(name);
    return (Array.isArray(value) ? value : [value]).flatMap((line) => [name, String(line)]);
  });
}

/** Sets fields as `writeHead` takes them: an object, or a flat list in which a name may come again. */
export function setFields(
  res: ServerResponse,
  fields: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): void {
  if (fields === undefined) return;
  if (!Array.isArray(fields)) {
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) res.setHeader(name, value);
    return;
  }
  const pairs = Array.isArray(fields[0])
    ? (fields as unknown as [string, string][])
    : pairsOf(fields as string[]);
  for (const [name] of pairs) res.removeHeader(name);
  for (const [name, value] of pairs) res.appendHeader(name, value);
}

/** Makes the head of a response that was not sent yet the one of a reply. */
export function applyHead(res: ServerResponse, { status, reason = '', lines }: Omit<Reply, 'body'>): void {
  const wanted = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of pairsOf(lines)) {
    const known = wanted.get(name.toLowerCase());
    if (known === undefined) wanted.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  for (const name of res.getHeaderNames()) if (!wanted.has(name)) res.removeHeader(name);
  for (const [name, values] of wanted.values())
    res.setHeader(name, values.length === 1 ? values[0]! : values);
  res.statusCode = status;
  res.statusMessage = reason;
}

function pairsOf(lines: readonly string[]): [string, string][] {
  return Array.from({ length: lines.length / 2 }, (_, at) => [lines[2 * at]!, lines[2 * at + 1]!]);
}
