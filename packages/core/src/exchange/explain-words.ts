import type { Reason } from '../http/cache-status.js';
import { fieldValue } from '../http/fields.js';
import type { RequestView } from '../http/message.js';
import type { KeyPlan } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import { WORDS } from './reason-words.js';
import type { Use } from './reuse.js';
import type { Standing } from './standing.js';
import type { Found } from './storage.js';

/** What single things come to, in words. */
export const WHY = {
  code: (code: Reason): string => WORDS[code],
  takesPart: (method: string): string => `Nothing about this ${method} keeps it from the cache.`,
  unsafe: (method: string): string =>
    `${method} may change things: its handler runs, and when it succeeds what is stored for its URL is invalid.`,
  ask(view: RequestView, rule: ResolvedRule, isInFlight: boolean, isUncacheable: boolean): string {
    if (view.method === 'HEAD' || isPersonal(view, rule)) return 'The handler would be asked.';
    if (isUncacheable)
      return 'The last answer could not be shared, so for a while nobody waits for another one.';
    if (isInFlight)
      return `Another request is at it: this one would wait for its answer, ${seconds(rule.waitLimit)} at most.`;
    return 'The handler would be asked.';
  },
} as const;

/** Whether a request has credentials that the key does not cover: it waits for nobody, and nobody for it. */
export function isPersonal({ headers }: RequestView, rule: ResolvedRule): boolean {
  return headers['authorization'] !== undefined && rule.by === undefined;
}

/** The parts of a key. */
export function keyWords(view: RequestView, rule: ResolvedRule, plan: KeyPlan): string {
  const what = plan.userKey === undefined ? `URL ${plan.url}` : `key ${plan.userKey}`;
  const hidden =
    plan.userKey === undefined && plan.url !== view.url ? ' (without parameters that do not count)' : '';
  const headers = plan.headerNames.map((name) => `${name}: ${fieldValue(view.headers, name) ?? '(absent)'}`);
  const host = view.authority === '' ? '(no host: write it into the URL)' : view.authority;
  const parts = [
    `${view.scheme}://${host}`,
    what + hidden,
    ...(headers.length > 0 ? [`headers ${headers.join(', ')}`] : []),
    ...(plan.cookies === undefined ? [] : [`cookies ${plan.cookies === '' ? '(none)' : plan.cookies}`]),
    ...(rule.by === undefined ? [] : [`the user context that 'by' returns`]),
    ...(view.method === 'QUERY' ? ['the content of the request'] : []),
  ];
  return `The key: ${parts.join('; ')}.`;
}

/** What the memory tier has. `readable`: what of it this request may read. */
export function lookUpWords(found: Found, readable: Found, now: number): string {
  const by = found.varyNames.length === 0 ? '' : ` Answers vary by ${found.varyNames.join(', ')}.`;
  if (found.stored === undefined)
    return `The memory tier has nothing for it; a second tier is not looked into.${by}`;
  if (readable.stored === undefined)
    return `There is an answer, but it does not say that it is for users with Authorization too.${by}`;
  const { status, requestedAt, body } = found.stored;
  return `There is an answer: status ${status}, ${body.byteLength} bytes, made ${seconds(now - requestedAt)} ago.${by}`;
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  fresh: 'It is fresh',
  stale: 'It is stale and may be used while it is refreshed',
  error: 'It is stale and may only stand in for an error',
  kept: 'It may be used when the handler confirms it',
  gone: 'It is good for nothing any more',
};

/** What is done with a stored response. */
export function useWords(use: Use, standing: Standing, isServed: boolean): string {
  const what = STANDINGS[standing];
  if (use === 'insist') return `${what}, but the client wants the handler asked.`;
  if (use === 'serve' && standing !== 'fresh') return `${what}; the client takes it all the same.`;
  return isServed ? `${what}: it is the answer.` : `${what}: the handler would be asked.`;
}

/** What would become of the handler's answer. */
export function storeWords(view: RequestView, rule: ResolvedRule): string {
  if (view.method === 'HEAD') return 'An answer to HEAD is not stored.';
  const lines = [lifetimeWords(rule)];
  if (isPersonal(view, rule))
    lines.push(
      'The request has Authorization: only what says public, must-revalidate or s-maxage is stored.',
    );
  if (rule.staleIfError > 0)
    lines.push(`It stands in for errors for ${seconds(rule.staleIfError)} after that.`);
  if (rule.swr > 0) lines.push(`It is served stale for ${seconds(rule.swr)} while it is refreshed.`);
  if (rule.validators !== undefined) lines.push('The rule is asked for validators before the handler runs.');
  return lines.join(' ');
}

function lifetimeWords({ ttl, overrideLifetime, heuristic, targeted }: ResolvedRule): string {
  const fields = [...targeted, 'Cache-Control', 'Expires'].join(', ');
  const own = `An answer is stored for as long as it says (${fields})`;
  if (ttl === undefined)
    return `${own}${heuristic ? ', else for as long as its Last-Modified suggests' : ''}.`;
  if (overrideLifetime) return `An answer is stored for ${seconds(ttl)}, whatever lifetime it says.`;
  return `${own}, a 200, 203, 301 or 308 that says nothing for ${seconds(ttl)}.`;
}

function seconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`;
}
