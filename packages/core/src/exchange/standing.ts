import type { StoredResponse } from '../http/message.js';
import { conditionsFor } from '../http/update.js';
import { REMOVED } from '../invalidation/log.js';

/**
 * What a stored response is good for now.
 * - `fresh`: any request.
 * - `stale`: may be served while it is refreshed (RFC 5861 section 3).
 * - `error`: may only stand in for an error of the handler (RFC 5861 section 4).
 * - `kept`: may only be served once the handler has confirmed it (RFC 9111 section 4.3).
 * - `gone`: nothing.
 */
export type Standing = 'fresh' | 'stale' | 'error' | 'kept' | 'gone';

/** How long a response with a validator is kept when it is good for nothing else: what is asked for less often pays little. */
export const KEPT_MS: number = 60 * 60 * 1000;

/** When a stored response is good for nothing any more, Unix milliseconds. */
export function keptUntil(stored: StoredResponse): number {
  const end = Math.max(stored.freshUntil, stored.staleUntil, stored.errorUntil);
  return conditionsFor(stored) === undefined ? end : end + KEPT_MS;
}

/** `staleSince` is the log's verdict on the response; its stale windows begin where freshness really ended. */
export function standingOf(stored: StoredResponse, staleSince: number, now: number): Standing {
  if (staleSince === REMOVED) return 'gone';
  const end = Math.min(stored.freshUntil, staleSince);
  if (now < end) return 'fresh';
  const early = stored.freshUntil - end;
  if (now < stored.staleUntil - early) return 'stale';
  if (now < stored.errorUntil - early) return 'error';
  return now < keptUntil(stored) - early ? 'kept' : 'gone';
}
