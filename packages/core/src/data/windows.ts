import { REMOVED } from '../invalidation/log.js';
import type { StoredValue } from '../store/stored-value.js';
import type { DataRule } from './rule.js';

/**
 * What a stored value is good for now.
 * - `fresh`: any look-up.
 * - `stale`: it is served, and loaded anew behind that.
 * - `error`: it may only stand in for a load that fails or is late.
 * - `gone`: nothing.
 */
export type Standing = 'fresh' | 'stale' | 'error' | 'gone';

type Times = Pick<StoredValue, 'startedAt' | 'madeAt' | 'freshUntil' | 'staleUntil' | 'errorUntil'>;

/** `staleSince` is the log's verdict on the value; its stale windows begin where freshness really ended. */
export function standingOf(value: Times, staleSince: number, now: number): Standing {
  if (staleSince === REMOVED) return 'gone';
  const end = Math.min(value.freshUntil, staleSince);
  if (now < end) return 'fresh';
  const early = value.freshUntil - end;
  if (now < value.staleUntil - early) return 'stale';
  return now < value.errorUntil - early ? 'error' : 'gone';
}

/** When a value is good for nothing any more. */
export function keptUntil({ freshUntil, staleUntil, errorUntil }: Times): number {
  return Math.max(freshUntil, staleUntil, errorUntil);
}

/**
 * Whether a fresh value should be loaded anew already, so that nobody waits when it ends: because it has lived the
 * share of its lifetime that `refreshAhead` says, or by chance (XFetch, Vattani and others 2015; `earlyRefresh` is
 * their beta). `chance`: 0 to 1.
 */
export function isDueEarly(value: Times, now: number, rule: DataRule, chance: () => number): boolean {
  const { refreshAhead = 1, earlyRefresh = 0 } = rule;
  const { startedAt, madeAt, freshUntil } = value;
  if (refreshAhead < 1 && now >= madeAt + refreshAhead * (freshUntil - madeAt)) return true;
  return (
    earlyRefresh > 0 && -(madeAt - startedAt) * earlyRefresh * Math.log(1 - chance()) >= freshUntil - now
  );
}
