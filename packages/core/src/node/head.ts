import type { ClientRequest, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { headersOf } from '../http/fields.js';
import type { FieldLines, Reply, ResponseHead } from '../http/message.js';

/** The head of a response as it stands. `before`: the fields it had when the cache was asked. */
export function headOf(res: ServerResponse, before: OutgoingHttpHeaders): ResponseHead {
  // Every outgoing message has it; @types/node knows it of requests only.
  const { getRawHeaderNames } = res as ServerResponse & Pick<ClientRequest, 'getRawHeaderNames'>;
  return headFrom(getRawHeaderNames.call(res), res, before);
}

/** What has status and fields: a Node response, or that of a framework which keeps fields beside Node's. */
export type HeadSource = Pick<ServerResponse, 'statusCode' | 'statusMessage' | 'getHeader'>;

/** As {@link headOf}, of the fields with these names. */
export function headFrom(
  names: readonly string[],
  source: HeadSource,
  before: Readonly<Record<string, unknown>>,
): ResponseHead {
  const lines = names.flatMap((name) => {
    const value = source.getHeader(name);
    return (Array.isArray(value) ? value : [value]).flatMap((line) => [name, String(line)]);
  });
  const preset = Object.keys(before).filter(
    (name) => String(source.getHeader(name)) === String(before[name]),
  );
  const head = { status: source.statusCode, headers: headersOf(lines), lines, preset };
  return source.statusMessage ? { ...head, reason: source.statusMessage } : head;
}

/** Lines by field, as `setHeader` takes them: the name as it is sent, with one value or several. */
export function fieldsOf(lines: FieldLines): [name: string, value: string | string[]][] {
  const fields = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of pairsOf(lines)) {
    const known = fields.get(name.toLowerCase());
    if (known === undefined) fields.set(name.toLowerCase(), [name, [value]]);
    else known[1].push(value);
  }
  return [...fields.values()].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]);
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

/** Makes the head of a response that was not sent yet the one of a reply. Fields named in `keep` stay. */
export function applyHead(
  res: ServerResponse,
  { status, reason = '', lines }: Omit<Reply, 'body'>,
  keep: readonly string[] = [],
): void {
  const fields = fieldsOf(lines);
  const wanted = new Set([...keep, ...fields.map(([name]) => name.toLowerCase())]);
  for (const name of res.getHeaderNames()) if (!wanted.has(name)) res.removeHeader(name);
  for (const [name, value] of fields) res.setHeader(name, value);
  res.statusCode = status;
  res.statusMessage = reason;
}

function pairsOf(lines: readonly string[]): [string, string][] {
  return Array.from({ length: lines.length / 2 }, (_, at) => [lines[2 * at]!, lines[2 * at + 1]!]);
}
