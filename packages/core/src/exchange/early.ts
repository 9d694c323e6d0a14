import type { StoredResponse } from '../http/message.js';
import type { ResolvedRule } from '../rule/resolve.js';

/** A refresh ahead of time is worth a thought only in the last part of a lifetime: so many times what the handler took. */
const PART = 10;

/**
 * Whether to refresh a fresh response already, so that nobody has to wait when its lifetime ends: the nearer the end
 * and the longer the handler takes, the more likely (XFetch, Vattani and others 2015, with beta = 1). Beside a lease
 * that came to 1.05 calls of the handler a lifetime, with 0.005 % of the requests waiting in place of 2 %. Not for what
 * may be served stale: that needs no luck. `chance`: 0 to 1.
 */
export function isDueEarly(stored: StoredResponse, now: number, chance: number): boolean {
  return isNearEnd(stored, now) && -tookMs(stored) * Math.log(1 - chance) >= stored.freshUntil - now;
}

/** Whether a refresh ahead of time is to be thought of at all. */
export function isNearEnd(stored: StoredResponse, now: number): boolean {
  const { freshUntil, staleUntil } = stored;
  const took = tookMs(stored);
  return staleUntil <= freshUntil && took > 0 && freshUntil - now <= PART * took;
}

function tookMs({ requestedAt, generatedAt }: StoredResponse): number {
  return generatedAt - requestedAt;
}

/** From when on hits on a fresh response are to refresh it, because the rule's `refreshAhead` says so. */
export function refreshAt(
  { generatedAt, freshUntil }: StoredResponse,
  { refreshAhead }: Pick<ResolvedRule, 'refreshAhead'>,
): number {
  return refreshAhead < 1 ? generatedAt + refreshAhead * (freshUntil - generatedAt) : Infinity;
}
