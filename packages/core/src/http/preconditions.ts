import { isNotModified } from './conditional.js';
import { listsTag } from './etag.js';
import { fieldValue } from './fields.js';
import { parseHttpDate } from './http-date.js';
import type { Headers, ResponseHead } from './message.js';

/**
 * What the conditions of a request come to (RFC 9110 sections 13.1 and 13.2), in the order of section 13.2.2:
 * If-Match, else If-Unmodified-Since; then If-None-Match, else If-Modified-Since. If-Range is `range.ts`.
 */

/** Lower-case names of the fields that are conditions. */
export const CONDITIONS: readonly string[] = [
  'if-match',
  'if-unmodified-since',
  'if-none-match',
  'if-modified-since',
];

/** Whether a request has a condition. */
export function hasConditions(request: Headers): boolean {
  return (
    request['if-none-match'] !== undefined ||
    request['if-modified-since'] !== undefined ||
    request['if-match'] !== undefined ||
    request['if-unmodified-since'] !== undefined
  );
}

/**
 * The status that takes the place of the answer: 412 when a precondition does not hold, 304 when the client's own
 * copy is still good; `undefined` when the answer goes out as it is. Only a success is ever replaced (section
 * 13.2.1), by a 304 only a 200.
 *
 * @param current the answer without conditions, or what is known of it before the handler ran.
 */
export function conditionalStatus(
  method: string,
  request: Headers,
  current: Pick<ResponseHead, 'status' | 'headers'>,
): 304 | 412 | undefined {
  const { status, headers } = current;
  if (!hasConditions(request) || status < 200 || status > 299) return undefined;
  if (isPreconditionFalse(request, headers)) return 412;
  // The answer to a QUERY is its selected representation (RFC 10008 section 2.6).
  if (method === 'GET' || method === 'HEAD' || method === 'QUERY') {
    return isNotModified(request, status, headers) ? 304 : undefined;
  }
  const noneMatch = fieldValue(request, 'if-none-match');
  return noneMatch !== undefined && listsTag(noneMatch, fieldValue(headers, 'etag'), 'weak')
    ? 412
    : undefined;
}

function isPreconditionFalse(request: Headers, current: Headers): boolean {
  const match = fieldValue(request, 'if-match');
  if (match !== undefined) return !listsTag(match, fieldValue(current, 'etag'), 'strong');
  // Section 13.1.4: a date that is none, or nothing to compare it with, is no condition.
  const since = parseHttpDate(fieldValue(request, 'if-unmodified-since'));
  const modified = parseHttpDate(fieldValue(current, 'last-modified'));
  return since !== undefined && modified !== undefined && modified > since;
}
