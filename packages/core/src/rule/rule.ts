import type { ResponseHead } from '../http/message.js';

/** A length of time: `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'1d'` or `0`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}` | 0 | '0';

/**
 * Which query parameters count. Names are compared decoded and in their own letter case; a `*` at the end makes
 * a name a prefix: `'utm_*'`. `'filter'` does not mean `filter[color]`: write `'filter[*'` for that.
 */
export type QueryMode =
  | 'all'
  | 'none'
  | { readonly allow: readonly string[] }
  | { readonly ignore: readonly string[] };

/** What to do with a request that has cookies. */
export type CookieMode = 'bypass' | 'ignore' | { readonly allow: readonly string[] };

/** What to do when a handler reads request headers that the key does not cover. */
export type UnkeyedMode = 'pass' | 'report' | 'strip';

/**
 * How the responses of a route are cached. Every option may be left out.
 * `Req` is the framework's request, as the functions of the rule get it.
 */
export interface Rule<Req = unknown> {
  /**
   * How long a response is fresh when it does not say so itself (`s-maxage`, `max-age`, `Expires`). Applies to
   * status 200, 203, 301 and 308. Default: none, only responses with a lifetime of their own are stored.
   */
  readonly ttl?: Duration;
  /**
   * Puts `ttl` before the response's own lifetime, for handlers one cannot change. `no-store`, `private` and
   * `no-cache` still win. Default `false`.
   */
  readonly overrideLifetime?: boolean;
  /**
   * Stale while revalidate: how long after its freshness a response may be served while it is refreshed in the
   * background (RFC 5861 section 3). Not for 404 and 410. Default `0`: never.
   */
  readonly swr?: Duration;
  /**
   * How long after its freshness a response may stand in for a failure of the handler (RFC 5861 section 4).
   * Default `0`: never.
   */
  readonly staleIfError?: Duration;
  /** How long 404 and 410 are fresh when they do not say so themselves. Default `0`: they are not stored. */
  readonly negativeTtl?: Duration;
  /**
   * Names under which responses can be invalidated together: `['products']` or
   * `(req) => ['product:' + req.params.id]`. At most 64 tags of 256 bytes each. Default: none.
   */
  readonly tags?: readonly string[] | ((req: Req, res: ResponseHead) => readonly string[]);
  /**
   * A key of your own in place of path and query; it must hold all that decides the answer. Host, `vary`,
   * `cookies` and `by` still count. Routes that return the same key share their responses, so begin with a
   * name: `(req) => ['product', req.params.id]`. `undefined`: this request bypasses the cache.
   * Default: path and query.
   */
  readonly key?: (req: Req) => string | readonly string[] | undefined;
  /**
   * Query parameters that count: `'all'`, `'none'`, `{ allow: ['page'] }` or `{ ignore: ['utm_*'] }`. Those that
   * do not count are hidden from the handler too. Default `'all'`.
   */
  readonly query?: QueryMode;
  /**
   * Request headers that decide the answer and so become part of the key: `['accept-language']`. What the
   * response names in `Vary` counts without being listed here. Default: none.
   */
  readonly vary?: readonly string[];
  /**
   * Requests with cookies: `'bypass'` the cache; `'ignore'` them, because they do not decide the answer; or
   * `{ allow: ['lang'] }`, these decide it and become part of the key, all others do not. Default `'bypass'`.
   */
  readonly cookies?: CookieMode;
  /**
   * The user context that decides the answer, such as a role, tenant or plan; it becomes part of the key. With
   * it you vouch that nothing else about the user matters, so requests with `Authorization` or cookies may be
   * answered from the cache. `undefined`: this request bypasses the cache. Default: none.
   */
  readonly by?: (req: Req) => string | undefined;
  /** Requests for which it returns `true` neither read nor fill the cache. Default: none. */
  readonly bypass?: (req: Req) => boolean;
  /** Larger bodies are served but not stored: bytes or `'512kb'`. Default `'1mb'`. */
  readonly maxBodySize?: number | string;
  /**
   * Request headers that handlers read although the key does not cover them: `'pass'` lets them, `'report'`
   * emits an event with their names, `'strip'` hides them. Default `'pass'`.
   */
  readonly unkeyed?: UnkeyedMode;
  /**
   * The `Cache-Control` that browsers and CDNs are sent when the handler sent none: `'public, max-age=60'`. It
   * does not change how long this cache keeps the response. Default `false`: none.
   */
  readonly cacheControl?: string | false;
  /**
   * How long a request waits for the answer to another request with the same key before it runs its own
   * handler. Default `'5s'`; `0`: it does not wait.
   */
  readonly waitLimit?: Duration;
}
