import { optionError, ShelflifeError } from '../errors.js';
import { isToken } from '../http/fields.js';
import { listOption } from './checks.js';
import type { CacheableMethod, QueryMode } from './rule.js';

/** Rule option `targeted`: lower-case names of response fields, in order. */
export function targetedOption(where: string, value: unknown): readonly string[] {
  return listOption(where, value, `field names such as 'CDN-Cache-Control'`, (place, name) => {
    const fix =
      name.toLowerCase() === 'cache-control' ? 'Leave it out: it counts when no other does.' : undefined;
    if (fix !== undefined || !isToken(name))
      throw optionError(place, 'the name of a field like CDN-Cache-Control', name, fix);
    return name.toLowerCase();
  });
}

const FIXES: ReadonlyMap<string, string> = new Map([
  ['HEAD', 'HEAD comes with GET.'],
  ['POST', 'A POST may change things; use QUERY (RFC 10008) for what only asks.'],
]);

/** Rule option `methods`. */
export function methodsOption(where: string, value: unknown): readonly CacheableMethod[] {
  const methods = listOption(where, value, `'GET' and 'QUERY'`, (place, name) => {
    if (name === 'GET' || name === 'QUERY') return name;
    const upper = name.toUpperCase();
    const isKnown = upper === 'GET' || upper === 'QUERY';
    throw optionError(place, `'GET' or 'QUERY'`, name, isKnown ? `Write '${upper}'.` : FIXES.get(upper));
  });
  if (methods.length === 0)
    throw optionError(where, 'at least one method', value, 'To cache nothing, leave the rule out.');
  return methods as readonly CacheableMethod[];
}

/** Rule option `noVarySearch`: whether `query` can be said in the field at all. */
export function checkNoVarySearch(where: string, query: QueryMode): void {
  if (typeof query === 'string' || !('allow' in query)) return;
  const pattern = query.allow.find((name) => name.endsWith('*'));
  if (pattern === undefined) return;
  throw new ShelflifeError(
    'ERR_OPTION',
    `${where}: No-Vary-Search knows no patterns, and query allows '${pattern}'. ` +
      `Name the parameters one by one, or leave noVarySearch out.`,
  );
}
