import { fieldValue, isToken, listMembers, splitAtCommas } from './fields.js';
import type { Headers } from './message.js';

/**
 * The request headers that selected a response (RFC 9110 section 12.5.5): lower case, sorted, each once. `*`:
 * no later request can be known to select it, which is also how a member that is no header name is read.
 */
export function varyNames(headers: Headers): readonly string[] | '*' {
  const vary = fieldValue(headers, 'vary');
  if (vary === undefined) return [];
  const names = listMembers(vary).map((name) => name.toLowerCase());
  return names.every((name) => name !== '*' && isToken(name)) ? [...new Set(names)].toSorted() : '*';
}

/**
 * The part of a key that tells the variants of a URL apart: the named headers as this request has them. Two
 * requests get one text when they match by RFC 9111 section 4.1: lines are joined, the white space around commas
 * does not count, nor does letter case where there is none (Accept-Language). An absent header differs from an empty one.
 */
export function variantOf(names: readonly string[], request: Headers): string {
  return names.map((name) => measured(name) + measured(normalise(name, fieldValue(request, name)))).join('');
}

// The length in front keeps a value from posing as the next name.
function measured(text: string | undefined): string {
  return text === undefined ? '-' : `${text.length}:${text}`;
}

// Not the order: which of two languages is sent may well depend on which comes first.
function normalise(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const joined = splitAtCommas(value).join(',');
  return CASELESS.has(name) ? joined.toLowerCase() : joined;
}

// Lists of names that have no letter case: language tags (RFC 5646 section 2.1.1), content codings and charsets
// (RFC 9110 sections 8.4.1 and 8.3.2).
const CASELESS: ReadonlySet<string> = new Set(['accept-charset', 'accept-encoding', 'accept-language']);

/**
 * Whether a response repeats the request's Origin to allow it (CORS) without naming it in Vary. It is meant
 * for that origin alone and must be stored as if it said `Vary: Origin`.
 */
export function isCorsReflection(request: Headers, response: Headers): boolean {
  const origin = fieldValue(request, 'origin');
  const allowed = fieldValue(response, 'access-control-allow-origin');
  // Scheme and host have no letter case: handlers that parse the origin write it in lower case.
  if (origin === undefined || allowed?.toLowerCase() !== origin.toLowerCase()) return false;
  const names = varyNames(response);
  return names !== '*' && !names.includes('origin');
}
