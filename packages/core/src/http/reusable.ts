import { type CacheControl, parseCacheControl } from './cache-control.js';
import { fieldValue } from './fields.js';
import type { Headers } from './message.js';

/**
 * What a request says of the answers it takes (RFC 9111 section 5.2.1). Without Cache-Control, `Pragma: no-cache`
 * stands for no-cache (section 5.4).
 */
export function requestControl(request: Headers): CacheControl {
  const value = fieldValue(request, 'cache-control');
  if (value !== undefined) return parseCacheControl(value);
  return /(?:^|,)[ \t]*no-cache[ \t]*(?:,|$)/i.test(fieldValue(request, 'pragma') ?? '')
    ? parseCacheControl('no-cache')
    : parseCacheControl(undefined);
}

/** A stored response as a request's directives see it. Milliseconds. */
export interface Candidate {
  readonly age: number;
  /** Freshness that is left; below 0 it is stale for so long. */
  readonly left: number;
  /** Whether it must not be used stale; asked only when that matters. */
  readonly forbidsStale: () => boolean;
}

/**
 * What the directives of a request change about the use of a stored response.
 * - `refuse`: the handler must be asked, fresh or not (no-cache, max-age, min-fresh).
 * - `accept`: it may be used although it is stale (max-stale).
 * - `nothing`: it is used as without them.
 */
export function clientVerdict(
  request: CacheControl,
  { age, left, forbidsStale }: Candidate,
): 'refuse' | 'accept' | 'nothing' {
  if (request.noCache) return 'refuse';
  const { maxAge, minFresh, maxStale } = request;
  // A reload says max-age=0 and means now, not within this millisecond.
  if (maxAge !== undefined && (maxAge === 0 || age > maxAge * 1000)) return 'refuse';
  if (minFresh !== undefined && left < minFresh * 1000) return 'refuse';
  if (maxStale === undefined || left > 0 || -left > maxStale * 1000) return 'nothing';
  return forbidsStale() ? 'nothing' : 'accept';
}
