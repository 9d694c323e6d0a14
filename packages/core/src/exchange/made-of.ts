import type { StoredResponse } from '../http/message.js';
import type { Uses } from './scope.js';

/**
 * A response with what it is made of: it is invalid when one of the values is that its handler has looked up, and
 * fresh no longer than the first of them. Its stale windows begin where its freshness ends. `above`: names with all
 * that they depend on.
 */
export function madeOf(
  response: StoredResponse,
  uses: Uses,
  now: number,
  above: (names: readonly string[]) => readonly string[] = (names) => names,
): StoredResponse {
  const tags = above(uses.names.size === 0 ? response.tags : [...new Set([...response.tags, ...uses.names])]);
  const early = Math.max(0, response.freshUntil - Math.max(now, uses.until));
  if (early === 0) return tags === response.tags ? response : { ...response, tags };
  return {
    ...response,
    tags,
    freshUntil: response.freshUntil - early,
    staleUntil: response.staleUntil - early,
    errorUntil: response.errorUntil - early,
  };
}
