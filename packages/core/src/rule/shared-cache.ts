import type { Rule } from './rule.js';

/**
 * The rule of a plain shared cache (RFC 9111), for proxies: what the responses say decides, and clients are heard.
 * There is no `ttl`: what claims no lifetime gets a guessed one from its `Last-Modified`, or is confirmed on every
 * use. Stale responses stand in for errors for an hour. Cookies of requests are no obstacle, as RFC 9111 has it:
 * the responses must say what is private. Extend it: `{ ...sharedCache, maxBodySize: '10mb' }`.
 */
export const sharedCache: Rule = Object.freeze({
  heuristic: true,
  storing: 'rfc9111',
  clientDirectives: 'honour',
  targeted: ['CDN-Cache-Control'],
  cookies: 'ignore',
  staleIfError: '1h',
});
