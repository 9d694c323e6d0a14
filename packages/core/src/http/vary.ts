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
 * requests get one text when they match by RFC 9111 section 4.1: lines are joined and the white space around
 * commas does not count. An absent header differs from an empty one.
 */
export function variantOf(names: readonly string[], request: Headers): string {
  return names.map((name) => measured(name) + measured(normalise(fieldValue(request, name)))).join('');
}

// The length in front keeps a value from posing as the next name.
function measured(text: string | undefined): string {
  return text === undefined ? '-' : `${text.length}:${text}`;
}

function normalise(value: string | undefined): string | undefined {
  return value === undefined ? undefined : splitAtCommas(value).join(',');
}

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
