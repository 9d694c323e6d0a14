import type { StoredResponse } from '../http/message.js';
import { REMOVED } from '../invalidation/log.js';

/**
 * What a stored response is good for now.
 * - `fresh`: any request.
 * - `stale`: may be served while it is refreshed (RFC 5861 section 3).
 * - `error`: may only stand in for an error of the handler (RFC 5861 section 4).
 * - `gone`: nothing.
 */
export type Standing = 'fresh' | 'stale' | 'error' | 'gone';

/** `staleSince` is the log's verdict on the response; its stale windows begin where freshness really ended. */
export function standingOf(stored: StoredResponse, staleSince: number, now: number): Standing {
  if (staleSince === REMOVED) return 'gone';
  const end = Math.min(stored.freshUntil, staleSince);
  if (now < end) return 'fresh';
  const early = stored.freshUntil - end;
  if (now < stored.staleUntil - early) return 'stale';
  return now < stored.errorUntil - early ? 'error' : 'gone';
}
