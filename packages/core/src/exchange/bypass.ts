import type { BypassReason } from '../http/cache-status.js';
import type { Headers, RequestView } from '../http/message.js';
import { callRule, ruleFunctionError } from '../rule/call.js';
import { canonicalAuthority } from '../key/authority.js';
import { splitTarget } from '../key/target.js';
import { isListedHost } from '../rule/hosts.js';
import type { ResolvedRule } from '../rule/resolve.js';

/** Headers by which a request asks to be taken for one with another method. */
export const METHOD_OVERRIDES: readonly string[] = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
];

/** Whether the rule has no part in a request with this safe method. */
export function isOtherMethod({ method }: Pick<RequestView, 'method'>, { methods }: ResolvedRule): boolean {
  if (method === 'GET' || method === 'HEAD') return !methods.includes('GET');
  return method !== 'QUERY' || !methods.includes('QUERY');
}

/**
 * Why a GET, HEAD or QUERY neither reads nor fills the cache, or `undefined`. Authorization is not among the reasons:
 * it only narrows what may be read and stored (RFC 9111 section 3.5).
 *
 * @throws ShelflifeError `ERR_RULE_FUNCTION` when the rule's `bypass` threw or returned nonsense.
 */
export function bypassReason(view: RequestView, rule: ResolvedRule): BypassReason | undefined {
  const { headers } = view;
  if (headers['cookie'] !== undefined && rule.cookies === 'bypass' && rule.by === undefined) return 'COOKIE';
  if (view.method !== 'QUERY' && hasBody(headers)) return 'REQUEST-BODY';
  if (headers['upgrade'] !== undefined) return 'UPGRADE';
  if (asksForOtherMethod(view)) return 'METHOD-OVERRIDE';
  if (rule.hosts !== undefined && !hostsOf(view).every((host) => isListedHost(rule.hosts!, host)))
    return 'HOST';
  return rule.bypass !== undefined && asksToBypass(rule.bypass, view) ? 'RULE' : undefined;
}

function hasBody(headers: Headers): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function asksForOtherMethod({ headers, url }: RequestView): boolean {
  return METHOD_OVERRIDES.some((name) => headers[name] !== undefined) || /[?&]_method=/.test(url);
}

/** The host, and the one in a target in absolute form, which stands above it (RFC 9112 section 3.2.2). */
function hostsOf({ authority, scheme, url }: RequestView): readonly string[] {
  const { origin } = splitTarget(url);
  return origin === '' ? [authority] : [authority, canonicalAuthority(origin.split('//')[1], scheme)];
}

function asksToBypass(ask: (req: unknown) => unknown, view: RequestView): boolean {
  const answer = callRule('bypass', ask, view.raw);
  if (typeof answer === 'boolean') return answer;
  throw ruleFunctionError('bypass', 'true or false', answer);
}
