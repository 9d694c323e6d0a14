import { listsTag } from './etag.js';
import { fieldValue, withoutFields } from './fields.js';
import { parseHttpDate } from './http-date.js';
import type { FieldLines, Headers } from './message.js';

/**
 * Whether a GET or HEAD that the cache can answer with this response gets a 304 instead (RFC 9110 section
 * 13.2.2, RFC 9111 section 4.3.2). Only a 200 is ever replaced.
 */
// The package `fresh` is not enough: it splits If-None-Match at commas inside of tags, lets an empty one fall
// through to If-Modified-Since, takes any date that Date.parse takes, and obeys the client's no-cache.
export function isNotModified(request: Headers, status: number, response: Headers): boolean {
  if (status !== 200) return false;
  const noneMatch = fieldValue(request, 'if-none-match');
  // RFC 9110 section 13.1.3: with If-None-Match present, If-Modified-Since is ignored.
  if (noneMatch !== undefined) return listsTag(noneMatch, fieldValue(response, 'etag'), 'weak');
  const since = parseHttpDate(fieldValue(request, 'if-modified-since'));
  return since !== undefined && isUnmodifiedSince(since, response);
}

// Without a Last-Modified the Date of the response stands in (RFC 9111 section 4.3.2).
function isUnmodifiedSince(since: number, response: Headers): boolean {
  const modified = parseHttpDate(fieldValue(response, 'last-modified') ?? fieldValue(response, 'date'));
  return modified !== undefined && modified <= since;
}

const ABOUT_THE_BODY: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'transfer-encoding',
]);

/** The lines of a 200 that its 304 repeats: all but those that describe a body (RFC 9110 section 15.4.5). */
export function notModifiedLines(lines: FieldLines): string[] {
  return withoutFields(lines, ABOUT_THE_BODY);
}
