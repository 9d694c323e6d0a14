import { parseCacheControl } from '../http/cache-control.js';
import { fieldValue } from '../http/fields.js';
import { initialAge, responseLifetime, staleWindows } from '../http/freshness.js';
import type { ResponseHead } from '../http/message.js';
import { allowsAuthorization, type NotStorable, notStorableReason } from '../http/storable.js';
import { isCorsReflection, varyNames } from '../http/vary.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { ControlState } from './control.js';
import type { Fill } from './fill.js';

/** Whether an answer may be stored, and so shared and advertised: one predicate for all three. */
export type Decision = Storing | { readonly store: false; readonly reason: NotStorable | 'SKIPPED' };

/** How an answer is stored. Times are milliseconds. */
export interface Storing {
  readonly store: true;
  /** Freshness that is left, less the age it came with; may be negative when only the stale windows are open. */
  readonly freshFor: number;
  readonly staleFor: number;
  readonly errorFor: number;
  readonly age: number;
  /** The handler says that it is for all, users with Authorization included (RFC 9111 section 3.5). */
  readonly forAll: boolean;
  /** True when the answer gave its lifetime itself, and not only the rule did. */
  readonly explicit: boolean;
  /** Request headers that select it and that the key does not hold already. */
  readonly varyNames: readonly string[];
}

/** Statuses that a rule's `ttl` makes storable (design: complete answers that are the same for all). */
const TTL_STATUS: ReadonlySet<number> = new Set([200, 203, 301, 308]);
const NEGATIVE_STATUS: ReadonlySet<number> = new Set([404, 410]);

/** Decides on the head of an answer; what depends on the body is decided when the body is there. */
export function decide(head: ResponseHead, fill: Fill, said: ControlState, now: number): Decision {
  if (said.skipped) return { store: false, reason: 'SKIPPED' };
  const { rule, view } = fill;
  const control = parseCacheControl(fieldValue(head.headers, 'cache-control'));
  const reason = notStorableReason(head, control, {
    authorization: view.headers['authorization'] !== undefined && rule.by === undefined,
    keysUser: rule.by !== undefined,
    keysCookies: rule.by !== undefined || typeof rule.cookies === 'object',
  });
  if (reason !== undefined) return { store: false, reason };

  const own = responseLifetime(head.headers, control, now)?.ms;
  const lifetime = chooseLifetime(head.status, own, rule, said);
  if (lifetime === undefined) return { store: false, reason: 'NO-LIFETIME' };
  const age = initialAge(head.headers, now);
  // Whoever writes negativeTtl: '10s' means 10 seconds, whatever `swr` is for the good answers.
  const [swr, sie] = NEGATIVE_STATUS.has(head.status) ? [0, 0] : [rule.swr, rule.staleIfError];
  const windows = staleWindows(control, swr, sie);
  const freshFor = lifetime - age;
  // Who says max-age=0 means it: what the rule allows of stale answers is not for what was never fresh.
  const saysStale = control.staleWhileRevalidate !== undefined || control.staleIfError !== undefined;
  if (freshFor <= 0 && lifetime === own && !saysStale) return { store: false, reason: 'NO-LIFETIME' };
  if (freshFor + Math.max(windows.staleWhileRevalidate, windows.staleIfError) <= 0) {
    return { store: false, reason: 'NO-LIFETIME' };
  }
  return {
    store: true,
    freshFor,
    staleFor: windows.staleWhileRevalidate,
    errorFor: windows.staleIfError,
    age,
    forAll: allowsAuthorization(control),
    explicit: own !== undefined,
    varyNames: selectingNames(head, fill),
  };
}

/** Why an answer with a body of this many bytes is not stored after all, or `undefined`. */
export function bodyReason(
  head: ResponseHead,
  decision: Storing,
  size: number,
  rule: ResolvedRule,
): NotStorable | undefined {
  if (size > rule.maxBodySize) return 'TOO-LARGE';
  const declared = fieldValue(head.headers, 'content-length');
  if (declared !== undefined && Number(declared) !== size) return 'CONTENT-LENGTH';
  // A rule's ttl is meant for answers with something in them: an empty 200 is more likely a failure.
  const promisesBody = head.status === 200 || head.status === 203;
  return size === 0 && promisesBody && !decision.explicit ? 'EMPTY-BODY' : undefined;
}

/** Whose word wins: the handler's to this cache, the response's own, the rule's (design.md section 5). */
function chooseLifetime(
  status: number,
  own: number | undefined,
  rule: ResolvedRule,
  said: ControlState,
): number | undefined {
  const ruled = ruledLifetime(status, rule);
  // A handler that set a ttl and then failed did not mean the error page.
  if (said.ttl !== undefined && (status < 400 || NEGATIVE_STATUS.has(status))) return said.ttl;
  if (rule.overrideLifetime && ruled !== undefined) return ruled;
  return own ?? ruled;
}

function ruledLifetime(status: number, rule: ResolvedRule): number | undefined {
  if (TTL_STATUS.has(status)) return rule.ttl;
  return NEGATIVE_STATUS.has(status) && rule.negativeTtl > 0 ? rule.negativeTtl : undefined;
}

/** The names in Vary that the key does not hold already. */
function selectingNames(head: ResponseHead, { view, plan }: Fill): readonly string[] {
  const named = varyNames(head.headers);
  const names = named === '*' ? [] : [...named];
  if (isCorsReflection(view.headers, head.headers)) names.push('origin');
  // Whoever compresses chose by this header, also when Vary does not say so.
  if (head.headers['content-encoding'] !== undefined) names.push('accept-encoding');
  // Credentials come here only when the rule vouches that its key covers them (`by`, `cookies`).
  const covered = new Set([...plan.headerNames, 'authorization', 'cookie']);
  return [...new Set(names)].filter((name) => !covered.has(name));
}
