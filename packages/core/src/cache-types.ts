import type { Clock } from './clock.js';
import type { DataCache } from './data/data-cache.js';
import type { SourceReports } from './data/source-filter.js';
import type { Subscribe } from './events.js';
import type { ExplainRequest } from './exchange/explain-view.js';
import type { Explanation } from './exchange/explain.js';
import type { Recall } from './exchange/recall.js';
import type { Outcome } from './exchange/types.js';
import type { RequestView } from './http/message.js';
import type { InvalidationTarget } from './invalidation/target.js';
import type { Fetch, FetchOptions } from './outbound/options.js';
import type { ResolvedRule } from './rule/resolve.js';
import type { Rule } from './rule/rule.js';
import type { CacheStats } from './stats.js';

/** Proof of an invalidation. */
export interface Receipt {
  /** Its place in the order of invalidations. */
  readonly token: string;
}

/** A cache for responses, and for the data they are made of. One is enough for an application; adapters put it in front of handlers. */
export interface Cache extends DataCache {
  /**
   * Asks what to do with a request. Synchronous when the memory tier can tell and no other request has to be
   * waited for; never throws and never rejects. For adapters.
   */
  open(view: RequestView, rule: ResolvedRule): Outcome | Promise<Outcome>;
  /** What `open` would answer, for a request like one that it has answered from the same place. For adapters. */
  readonly recall: Recall;
  /**
   * Reads and checks a rule once, at start: a rule, the name of a profile, or nothing for the cache's defaults.
   * `false`: nothing is looked up or stored, and what unsafe methods change is invalidated.
   * `over`: options that take the place of those of `rule`.
   * @throws ShelflifeError `ERR_OPTION` with the fix in its message.
   */
  rule(rule?: Rule<never> | ResolvedRule | string | false, over?: Rule<never>): ResolvedRule;
  /**
   * Makes stored responses invalid. Whatever a handler read before this call is never served after it resolved,
   * not even when the handler is still running.
   * With a shared log: in this process; in the others at most `maxStaleness` later, or after `confirm(receipt.token)`.
   * @throws ShelflifeError (as a rejection) `ERR_TARGET` when there is nothing to invalidate, `ERR_NOT_ACKNOWLEDGED`
   * when the shared log did not confirm that it has it, `ERR_CLOSED`.
   */
  invalidate(target: InvalidationTarget): Promise<Receipt>;
  /**
   * Makes sure that this process knows an invalidation which another one acknowledged, for a client that is to see
   * its own change wherever it asks next. Resolves when it does, or to false when the log cannot be asked within its
   * deadline. Without a token: all that were acknowledged before this call.
   */
  confirm(token?: string): Promise<boolean>;
  stats(): CacheStats;
  /**
   * Why a request would be answered as it would: the decision in words and in the codes of `REASONS`. It looks into the
   * memory tier, runs the rule's functions with `request`, and changes nothing; the handler does not run.
   * @throws ShelflifeError `ERR_OPTION` when the rule is wrong, or the request has no `url`.
   */
  explain(request: ExplainRequest, rule?: Rule<never> | ResolvedRule | string): Explanation;
  /** What sources tell it. For `defineSource()`. */
  readonly sources: SourceReports;
  /**
   * A `fetch` that answers from this cache: for what other servers say. Without options it is a private cache
   * (RFC 9111) for each set of credentials; what is made of an answer is invalid with it and fresh no longer.
   * @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value.
   */
  fetcher(options?: FetchOptions): Fetch;
  /** Where its time comes from. */
  readonly clock: Clock;
  /** Calls `listener` for events of a type, or all (`'*'`); returns the way to stop it. Also published on `diagnostics_channel` as `shelflife:<type>`. */
  readonly on: Subscribe;
  /**
   * Lets the answers that are being made arrive (10 seconds at most), ends background work and closes the store.
   * Requests that come afterwards go to the handler.
   * @throws ShelflifeError `ERR_STORE` (as a rejection) when the store cannot be closed.
   */
  close(): Promise<void>;
}
