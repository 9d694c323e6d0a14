import type { QueryMode } from '../rule/rule.js';
import { type Named, textsByName } from './order.js';

/** With more parameters the order is kept: parsers stop after some number of them, so it decides what they see. */
const MOST_SORTED = 100;

/**
 * The part of a raw query that counts, in its own order and with its own bytes: what the handler may see.
 * `&` is the only separator, so `a;x=1` is one parameter: no parser can find a parameter that the key misses.
 * A name that cannot be decoded is never ignored and never allowed.
 */
export function filterQuery(query: string, mode: QueryMode): string {
  if (mode === 'all' || query === '') return query;
  if (mode === 'none') return '';
  const ignored = 'ignore' in mode;
  const names = ignored ? mode.ignore : mode.allow;
  return query
    .split('&')
    .filter((parameter) => isNamed(parameter, names) !== ignored)
    .join('&');
}

/**
 * The query as it enters the key: the part that counts, sorted by name. The order inside one name is kept,
 * and so is the order of all parameters when parsers may disagree on what the names are.
 */
export function normaliseQuery(query: string, mode: QueryMode): string {
  const counted = filterQuery(query, mode);
  return counted.includes('&') && !counted.includes(';') ? sortByName(counted) : counted;
}

function isNamed(parameter: string, patterns: readonly string[]): boolean {
  const name = decodedName(parameter);
  if (name === undefined) return false;
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

function decodedName(parameter: string): string | undefined {
  const end = parameter.indexOf('=');
  const raw = end === -1 ? parameter : parameter.slice(0, end);
  if (!raw.includes('%') && !raw.includes('+')) return raw;
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function sortByName(query: string): string {
  const parameters = query.split('&');
  if (parameters.length > MOST_SORTED) return query;
  const named: Named[] = [];
  for (const text of parameters) {
    const name = plainName(text);
    if (name === undefined) return query;
    named.push({ name, text });
  }
  return textsByName(named).join('&');
}

// The name that all parsers agree on; `a` for `a[]`, `a[0]`, `a%5Bb%5D` and `a.b`, which some put together.
function plainName(parameter: string): string | undefined {
  return /^[\w~-]+(?=$|=|\[|\.|%5B)/i.exec(parameter)?.[0];
}
