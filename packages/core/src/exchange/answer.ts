import { formatCacheStatus } from '../http/cache-status.js';
import { isNotModified, notModifiedLines, bodyETag } from '../http/conditional.js';
import { headersOf, linesOf } from '../http/fields.js';
import { formatHttpDate } from '../http/http-date.js';
import type { ResponseHead } from '../http/message.js';
import type { Reason } from '../http/cache-status.js';
import type { Fill } from './fill.js';
import type { Answer } from './types.js';

/** The head of a handler's answer with what the cache adds to one that it stores. */
export function completeHead(
  head: ResponseHead,
  body: Uint8Array | undefined,
  fill: Fill,
  now: number,
): ResponseHead {
  const lines = [...(head.lines ?? linesOf(head.headers))];
  const add = (name: string, value: string): void => {
    if (head.headers[name.toLowerCase()] === undefined) lines.push(name, value);
  };
  if (body !== undefined && body.byteLength > 0 && head.status === 200) add('ETag', bodyETag(body));
  if (fill.rule.cacheControl !== false) add('Cache-Control', fill.rule.cacheControl);
  // Node would add the Date of the moment to every hit; the one of the answer is part of it (RFC 9110 section 6.6.1).
  add('Date', formatHttpDate(now));
  return { ...head, lines, headers: headersOf(lines) };
}

/** What Cache-Status says of an answer that came from the handler. */
export interface Verdict {
  readonly stored: boolean;
  readonly detail?: Reason | undefined;
}

/** What the client gets: the handler's answer with a Cache-Status, or a 304 when its own copy is still good. */
export function answerWith(name: string, head: ResponseHead, fill: Fill, verdict: Verdict): Answer['reply'] {
  const status = formatCacheStatus(name, { hit: false, fwd: fill.fwd, ...verdict });
  const lines = [...(head.lines ?? linesOf(head.headers)), 'Cache-Status', status];
  if (isNotModified(fill.view.headers, head.status, head.headers)) {
    return { status: 304, headers: head.headers, lines: notModifiedLines(lines), body: null };
  }
  return { ...head, lines, body: undefined };
}
