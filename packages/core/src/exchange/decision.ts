import type { CacheControl } from '../http/cache-control.js';
import { fieldValue } from '../http/fields.js';
import {
  effectiveControl,
  heuristicLifetime,
  initialAge,
  responseLifetime,
  staleWindows,
} from '../http/freshness.js';
import type { ResponseHead } from '../http/message.js';
import {
  allowsAuthorization,
  type NotStorable,
  notStorableReason,
  type StorableContext,
} from '../http/storable.js';
import { hasValidator } from '../http/update.js';
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
  /** False when every use must be confirmed: nobody else may be answered with it as it is. */
  readonly shareable: boolean;
  /** Lower-case names of fields that are for this client only (`private="x-user"`). */
  readonly withheld: readonly string[];
}

/** Statuses that a rule's `ttl` makes storable (design: complete answers that are the same for all). */
const TTL_STATUS: ReadonlySet<number> = new Set([200, 203, 301, 308]);
const NEGATIVE_STATUS: ReadonlySet<number> = new Set([404, 410]);

/** Decides on the head of an answer; what depends on the body is decided when the body is there. */
export function decide(head: ResponseHead, fill: Fill, said: ControlState, now: number): Decision {
  if (said.skipped) return { store: false, reason: 'SKIPPED' };
  const { rule } = fill;
  const control = effectiveControl(head.headers, rule);
  const claimed = responseLifetime(head.headers, control, now)?.ms;
  const reason = notStorableReason(head, control, contextOf(fill, claimed));
  if (reason !== undefined) return { store: false, reason };

  const own = claimed ?? (rule.heuristic ? heuristicLifetime(head, control, now)?.ms : undefined);
  const lifetime = chooseLifetime(head.status, own, rule, said);
  const times = timesOf(head, fill, control, { own, lifetime, now });
  if (times === undefined) return { store: false, reason: control.noCache ? 'NO-CACHE' : 'NO-LIFETIME' };
  return {
    store: true,
    ...times,
    shareable: times.freshFor + times.staleFor > 0,
    forAll: allowsAuthorization(control),
    explicit: own !== undefined,
    varyNames: selectingNames(head, fill),
    withheld: [...(control.noCacheFields ?? []), ...(control.privateFields ?? [])],
  };
}

function contextOf({ view, rule }: Fill, claimed: number | undefined): StorableContext {
  const keysUser = rule.by !== undefined;
  return {
    authorization: view.headers['authorization'] !== undefined && !keysUser,
    keysUser,
    keysCookies: keysUser || typeof rule.cookies === 'object',
    storing: rule.storing,
    storesCookies: rule.storeSetCookie && (keysUser || claimed !== undefined),
  };
}

/** Whether a 304 says anything of what others may be answered with: to a user with Authorization only when it says so itself. */
export function speaksForOthers({ headers }: ResponseHead, { view, rule }: Fill): boolean {
  if (view.headers['authorization'] === undefined || rule.by !== undefined) return true;
  return allowsAuthorization(effectiveControl(headers, rule));
}

/** How long the answer is good for what, or `undefined` when it is good for nothing. */
function timesOf(
  head: ResponseHead,
  { rule, requestedAt }: Fill,
  control: CacheControl,
  { own, lifetime, now }: { own: number | undefined; lifetime: number | undefined; now: number },
): Pick<Storing, 'freshFor' | 'staleFor' | 'errorFor' | 'age'> | undefined {
  // It may be kept to be confirmed by the handler on every use.
  const isConfirmable = rule.storing === 'rfc9111' && hasValidator(head);
  if (control.noCache && !isConfirmable) return undefined;
  if (lifetime === undefined && !isConfirmable) return undefined;
  const age = initialAge(head.headers, now, now - requestedAt);
  const freshFor = (lifetime === undefined || control.noCache ? 0 : lifetime) - age;
  // Whoever writes negativeTtl: '10s' means 10 seconds, whatever `swr` is for the good answers.
  const isRefused = NEGATIVE_STATUS.has(head.status) && rule.storing === 'careful';
  const [swr, sie] = isRefused || lifetime === undefined ? [0, 0] : [rule.swr, rule.staleIfError];
  const windows = staleWindows(control, swr, sie);
  // Who says max-age=0 means it: what the rule allows of stale answers is not for what was never fresh.
  const saysStale = control.staleWhileRevalidate !== undefined || control.staleIfError !== undefined;
  const isNeverFresh = freshFor <= 0 && lifetime === own && !saysStale;
  if (isNeverFresh && rule.storing === 'careful') return undefined;
  const { staleWhileRevalidate: staleFor, staleIfError: errorFor } = windows;
  if (freshFor + Math.max(staleFor, errorFor) <= 0 && !isConfirmable) return undefined;
  return { freshFor, staleFor, errorFor, age };
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
function selectingNames(head: ResponseHead, { view, plan, rule }: Fill): readonly string[] {
  const named = varyNames(head.headers);
  const names = named === '*' ? [] : [...named];
  if (isCorsReflection(view.headers, head.headers)) names.push('origin');
  // Whoever compresses chose by this header, also when Vary does not say so.
  if (head.headers['content-encoding'] !== undefined) names.push('accept-encoding');
  // Credentials come here only when the rule vouches that its key covers them (`by`, `cookies`).
  const covered = new Set([...plan.headerNames, 'authorization', 'cookie']);
  // The handler did not see it, so its answer does not depend on it.
  if (rule.compress) covered.add('accept-encoding');
  return [...new Set(names)].filter((name) => !covered.has(name));
}
