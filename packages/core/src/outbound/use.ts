import { forbidsStale } from '../http/freshness.js';
import type { StoredResponse } from '../http/message.js';
import { clientVerdict } from '../http/reusable.js';
import type { Standing } from '../exchange/standing.js';
import { privateControl } from './lifetime.js';
import type { Question } from './question.js';

/**
 * What to do with a stored answer.
 * - `serve`: answer with it.
 * - `refresh`: answer with it and fetch a new one behind that.
 * - `ask`: fetch; it may be confirmed, and may stand in for an error.
 * - `insist`: as `ask`, because the caller wants it so.
 */
export type Use = 'serve' | 'refresh' | 'ask' | 'insist';

/** A stored answer as it stands at `now`; it is stale from `freshUntil` on, whatever the reason. */
export interface Judged {
  readonly stored: StoredResponse;
  readonly standing: Standing;
  readonly freshUntil: number;
  readonly now: number;
}

/**
 * Decides on the use of a stored answer: by the cache mode (Fetch standard, section 4.6), then by the Cache-Control of the
 * request (RFC 9111 section 5.2.1), then by what it is good for.
 */
export function useOf(
  { mode, control }: Pick<Question, 'mode' | 'control'>,
  override: boolean,
  { stored, standing, freshUntil, now }: Judged,
): Use {
  if (mode === 'force-cache' || mode === 'only-if-cached') return 'serve';
  if (mode === 'reload' || mode === 'no-cache') return 'insist';
  const verdict = clientVerdict(control, {
    age: now - stored.generatedAt,
    left: freshUntil - now,
    forbidsStale: () => forbidsStale(privateControl(stored.headers, { override })),
  });
  if (verdict === 'refuse') return 'insist';
  if (verdict === 'accept' || standing === 'fresh') return 'serve';
  return standing === 'stale' ? 'refresh' : 'ask';
}
