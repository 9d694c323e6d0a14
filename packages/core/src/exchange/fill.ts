import type { RequestView } from '../http/message.js';
import type { Forward } from '../http/cache-status.js';
import type { KeyPlan } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Flight } from './flights.js';
import type { Found } from './storage.js';
import type { Told } from './validators.js';

/** One request whose handler is about to make an answer for the cache. */
export interface Fill {
  readonly view: RequestView;
  readonly rule: ResolvedRule;
  readonly plan: KeyPlan;
  /** What the cache had before: perhaps a stale response that may stand in for an error. */
  readonly found: Found;
  /** Request fields by which the handler is asked whether `found.stored` is still good (RFC 9111 section 4.3.1). */
  readonly conditions?: Readonly<Record<string, string>> | undefined;
  /** Why the handler is asked, in the words of Cache-Status. */
  readonly fwd: Forward;
  /** Requests that wait for this answer; `undefined` when nobody may. */
  readonly flight: Flight | undefined;
  /** The log position before the handler started: whatever is invalidated from now on is not in its answer. */
  readonly position: number;
  readonly requestedAt: number;
  /** What the rule's `validators` told before the handler was asked. */
  readonly told?: Told | undefined;
}
