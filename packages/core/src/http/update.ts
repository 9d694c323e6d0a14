import { fieldValue, headersOf, linesOf, withoutFields } from './fields.js';
import { hopByHopNames } from './hop-by-hop.js';
import { parseHttpDate } from './http-date.js';
import type { FieldLines, Headers, ResponseHead, StoredResponse } from './message.js';

/**
 * Validation (RFC 9111 section 4.3): the conditions that ask whether a stored response is still good, and what
 * becomes of it when the answer is 304.
 */

const ENTITY_TAG = /^(?:W\/)?"[^"]*"$/;

/** Whether the handler can be asked about a response later: a 200 with an ETag or Last-Modified of its own. */
export function hasValidator({ status, headers }: Pick<ResponseHead, 'status' | 'headers'>): boolean {
  return status === 200 && (entityTag(headers) !== undefined || lastModified(headers) !== undefined);
}

/**
 * The request fields that validate a stored response (RFC 9111 section 4.3.1), by lower-case name; `undefined` when
 * it must be fetched anew. An ETag that the cache made says nothing to the handler.
 */
export function conditionsFor(
  stored: Pick<StoredResponse, 'status' | 'headers' | 'made'>,
): Readonly<Record<string, string>> | undefined {
  if (stored.status !== 200) return undefined;
  const tag = stored.made.includes('etag') ? undefined : entityTag(stored.headers);
  const since = stored.made.includes('last-modified') ? undefined : lastModified(stored.headers);
  if (tag === undefined && since === undefined) return undefined;
  return {
    ...(tag !== undefined && { 'if-none-match': tag }),
    ...(since !== undefined && { 'if-modified-since': since }),
  };
}

function entityTag(headers: Headers): string | undefined {
  const tag = fieldValue(headers, 'etag');
  return tag !== undefined && ENTITY_TAG.test(tag) ? tag : undefined;
}

function lastModified(headers: Headers): string | undefined {
  const date = fieldValue(headers, 'last-modified');
  return parseHttpDate(date) === undefined ? undefined : date;
}

// They describe the bytes that are stored, and a 304 comes without any.
const ABOUT_THE_BODY = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
];

/**
 * The head of a stored response after a 304 confirmed it (RFC 9111 sections 3.2 and 4.3.4): the fields of the 304
 * take the place of those of the same name, but for those that describe the body; what it does not name stays.
 * Date and Age are those of the 304 or none. What outer middleware sets on everything does not replace what the
 * handler had made of it, Vary for example; what it says of storing counts. `undefined`: its ETag is that of another
 * response.
 */
export function updatedHead(
  stored: Pick<StoredResponse, 'status' | 'reason' | 'lines' | 'headers'>,
  answer: ResponseHead,
): ResponseHead | undefined {
  if (names(answer.headers, stored.headers)) return undefined;
  const { preset = [], wrapped = false } = answer;
  const foreign = preset.filter((name) => stored.headers[name] !== undefined && !SHARING.test(name));
  const skipped = new Set([...hopByHopNames(answer.headers), ...ABOUT_THE_BODY, ...foreign]);
  const news = withoutFields(answer.lines ?? linesOf(answer.headers), skipped);
  const replaced = new Set(['date', 'age', ...namesIn(news)]);
  const lines = [...withoutFields(stored.lines, replaced), ...news];
  const { status, reason } = stored;
  const set = preset.filter((name) => !foreign.includes(name));
  const head = { status, lines, headers: headersOf(lines), preset: set, wrapped };
  return reason === undefined ? head : { ...head, reason };
}

// What may only narrow who is answered with it.
const SHARING = /^(?:set-cookie|expires|pragma|.*cache-control)$/;

// RFC 9111 section 4.3.4: a strong tag names the bytes; a weak one on either side names what they mean.
function names(answer: Headers, stored: Headers): boolean {
  const [now, before] = [entityTag(answer), entityTag(stored)];
  return now !== undefined && before !== undefined && opaque(now) !== opaque(before);
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

function namesIn(lines: FieldLines): readonly string[] {
  return lines.flatMap((text, at) => (at % 2 === 0 ? [text.toLowerCase()] : []));
}
