import { formatCacheStatus, type Reason } from '../http/cache-status.js';
import { isCodable, variesByCoding } from '../http/coding.js';
import { bodyETag, listsTag } from '../http/etag.js';
import { fieldValue, headersOf, linesOf, withoutFields } from '../http/fields.js';
import { formatHttpDate } from '../http/http-date.js';
import type { ResponseHead } from '../http/message.js';
import type { Fill } from './fill.js';
import { represent, representHead } from './represent.js';
import type { Answer } from './types.js';

/** The head of a handler's answer with what the cache adds to one that it stores. */
export function completeHead(
  head: ResponseHead,
  body: Uint8Array | undefined,
  fill: Fill,
  now: number,
): ResponseHead {
  const said = body === undefined ? head : withoutDigest(head, body, fill);
  const lines = [...(said.lines ?? linesOf(said.headers))];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && said.headers[name.toLowerCase()] === undefined) lines.push(name, value);
  };
  if (head.status === 200) {
    add('ETag', tagFor(body, fill));
    add('Last-Modified', fieldValue(fill.told?.headers ?? {}, 'last-modified'));
  }
  if (fill.rule.cacheControl !== false) add('Cache-Control', fill.rule.cacheControl);
  // Node would add the Date of the moment to every hit; the one of the answer is part of it (RFC 9110 section 6.6.1).
  add('Date', formatHttpDate(now));
  const headers = headersOf(lines);
  return fill.rule.compress && isCodable(headers)
    ? varyingByCoding({ ...head, lines, headers })
    : { ...head, lines, headers };
}

/**
 * Express gives a body that has no tag one that is made of its bytes. A tag that the rule's `validators` told knows more:
 * with it the cache need not run the handler to know that the answer is still current.
 */
function withoutDigest(head: ResponseHead, body: Uint8Array, { told }: Fill): ResponseHead {
  const tag = fieldValue(head.headers, 'etag');
  if (head.status !== 200 || told?.headers['etag'] === undefined || tag === undefined) return head;
  if (!listsTag(tag, bodyETag(body), 'weak')) return head;
  const lines = withoutFields(head.lines ?? linesOf(head.headers), ETAG);
  return { ...head, lines, headers: headersOf(lines) };
}

const ETAG: ReadonlySet<string> = new Set(['etag']);

function tagFor(body: Uint8Array | undefined, fill: Fill): string | undefined {
  const told = fieldValue(fill.told?.headers ?? {}, 'etag');
  return told ?? (body !== undefined && body.byteLength > 0 ? bodyETag(body) : undefined);
}

/** Says that hits may come in a content coding (RFC 9110 section 12.5.5). */
function varyingByCoding(head: ResponseHead & Required<Pick<ResponseHead, 'lines'>>): ResponseHead {
  if (variesByCoding(head.headers)) return head;
  const lines = [...head.lines, 'Vary', 'Accept-Encoding'];
  // What outer middleware put into Vary is from now on part of the answer: a hit replaces the whole field.
  const preset = head.preset?.filter((name) => name !== 'vary') ?? [];
  return { ...head, lines, headers: headersOf(lines), preset };
}

/** What Cache-Status says of an answer that came from the handler. */
export interface Verdict {
  readonly stored: boolean;
  readonly detail?: Reason | undefined;
}

/**
 * What the client gets: the handler's answer with a Cache-Status, or what the request's conditions and ranges make of
 * it. `body`: that of an answer which is stored; parts are made of no other.
 */
export function answerWith(
  name: string,
  head: ResponseHead,
  fill: Fill,
  verdict: Verdict,
  body?: Uint8Array,
): Answer['reply'] {
  const status = formatCacheStatus(name, { hit: false, fwd: fill.fwd, ...verdict });
  const lines = [...(head.lines ?? linesOf(head.headers)), 'Cache-Status', status];
  const told = { ...head, lines, body: undefined };
  if (body === undefined) return representHead(told, fill.view) ?? told;
  const reply = represent({ ...told, body }, fill.view);
  return reply.body === body ? told : reply;
}
