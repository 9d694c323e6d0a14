import { effectiveControl, forbidsStale } from '../http/freshness.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import { clientVerdict, requestControl } from '../http/reusable.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Standing } from './standing.js';

/**
 * What to do with a stored response.
 * - `serve`: answer with it.
 * - `refresh`: answer with it while it is refreshed, if that can be.
 * - `ask`: it is stale, the handler is asked; it may stand in for an error.
 * - `insist`: as `ask`, because the client wants it so.
 */
export type Use = 'serve' | 'refresh' | 'ask' | 'insist';

/** A stored response as it stands at `now`; it is stale from `freshUntil` on, whatever the reason. */
export interface Judged {
  readonly stored: StoredResponse;
  readonly standing: Standing;
  readonly freshUntil: number;
  readonly now: number;
}

/** Decides on the use of a stored response: by what it is good for, and by what the client wants when the rule honours that. */
export function useOf(view: RequestView, rule: ResolvedRule, judged: Judged): Use {
  const { standing } = judged;
  if (rule.clientDirectives === 'honour' && view.refresh !== true) {
    const verdict = verdictOf(view, rule, judged);
    if (verdict === 'refuse') return 'insist';
    if (verdict === 'accept') return 'serve';
  }
  if (standing === 'fresh') return 'serve';
  return standing === 'stale' && view.refresh !== true ? 'refresh' : 'ask';
}

function verdictOf(
  { headers }: RequestView,
  rule: ResolvedRule,
  { stored, freshUntil, now }: Judged,
): ReturnType<typeof clientVerdict> {
  if (headers['cache-control'] === undefined && headers['pragma'] === undefined) return 'nothing';
  return clientVerdict(requestControl(headers), {
    age: now - stored.generatedAt,
    left: freshUntil - now,
    forbidsStale: () => forbidsStale(effectiveControl(stored.headers, rule)),
  });
}
