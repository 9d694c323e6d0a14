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

/** How much of what RFC 9111 lets a shared cache store is stored. */
export type StoringMode = 'careful' | 'rfc9111';

/** What to do with the Cache-Control of requests. */
export type ClientDirectives = 'ignore' | 'honour';

/** What is known of the current answer to a GET without making it. */
export interface Validators {
  /** As the handler would send it: `'"v1"'` or, when equal tags do not promise equal bytes, `'W/"v1"'`. */
  readonly etag?: string | undefined;
  /** As a date, or as the text of an HTTP date. */
  readonly lastModified?: Date | string | undefined;
}

/** Methods whose answers can be stored. HEAD comes with GET. */
export type CacheableMethod = 'GET' | 'QUERY';

/** Response fields in which CDNs look for the names to purge by. */
export type CdnTagField =
  | 'Cache-Groups'
  | 'Surrogate-Key'
  | 'Cache-Tag'
  | 'xkey'
  | 'Edge-Cache-Tag'
  | 'CDN-Tag';

/** What CDNs in front of this cache are told about the responses that it stores. */
export interface CdnRule {
  /**
   * How long CDNs keep a response: `CDN-Cache-Control` (RFC 9213) and `Surrogate-Control`, in whole seconds. Not set
   * when the handler sent one of the two, or `s-maxage`, itself. Default: none.
   */
  readonly maxAge?: Duration;
  /** How long after that CDNs may serve it while they refresh it. Needs `maxAge`. Default: not said. */
  readonly swr?: Duration;
  /** How long after that it may stand in for an error. Needs `maxAge`. Default: not said. */
  readonly staleIfError?: Duration;
  /**
   * The fields that carry the response's tags: of RFC 9875 (`Cache-Groups`), Fastly (`Surrogate-Key`), Cloudflare and
   * CloudFront (`Cache-Tag`), Varnish (`xkey`), Akamai (`Edge-Cache-Tag`), Bunny (`CDN-Tag`). `true`: all of them.
   * What a field cannot hold of a tag is percent-encoded. Default: none.
   */
  readonly tags?: true | readonly CdnTagField[];
  /**
   * When the tags are more than a CDN reads: `'no-store'` tells all CDNs not to keep the response, because what has
   * lost a tag can no longer be purged by it; `'drop'` sends the first tags, as many as fit. An event says so
   * either way. Default `'no-store'`.
   */
  readonly overLimit?: 'no-store' | 'drop';
}

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
   * Shortens lifetimes by chance by up to this share of them, 0 to 1, so that what was stored together does not expire
   * together: `0.1`. Default `0`.
   */
  readonly jitter?: number;
  /**
   * The share of its lifetime, 0 to 1, after which hits on a fresh response start to refresh it in the background:
   * `0.8`. Not with `by`, whose user nobody can make up. Default: 1, never.
   */
  readonly refreshAhead?: number;
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
  /**
   * The hosts that this application answers for, so that invented ones do not fill the cache:
   * `['shop.example', '*.shop.example', 'localhost:3000']`. A port is part of it unless it is that of the scheme;
   * `*.` stands for any subdomain. Requests to others bypass the cache. Usual place: `defaults` of the cache.
   * Default: all hosts, each with responses of its own.
   */
  readonly hosts?: readonly string[];
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
  /**
   * What CDNs are told: `{ maxAge: '1h', tags: true }`. Only of responses that this cache stores, and that are for all
   * who ask for the URL: with `by`, `key` or allowed cookies, only when the response itself says `public` or the
   * like. What `vary` names is then named in `Vary` too. Default `false`: nothing.
   */
  readonly cdn?: CdnRule | false;
  /**
   * Response fields that speak to this cache in place of `Cache-Control` and `Expires` (RFC 9213), the most specific
   * first: `['My-Cache-Control', 'CDN-Cache-Control']`. The first that is present and valid counts. They are passed
   * on to the client. Default: none.
   */
  readonly targeted?: readonly string[];
  /**
   * Tells browsers what `query` says, in `No-Vary-Search`: that the order of parameters, and those that do not count,
   * make no difference. Not when the handler sent the field itself, which this cache does not go by. Default `false`.
   */
  readonly noVarySearch?: boolean;
  /**
   * Methods whose answers are stored: `['GET', 'QUERY']`. With `QUERY` (RFC 10008) the content of the request and
   * its `Content-*` fields are part of the key. Default `['GET']`.
   */
  readonly methods?: readonly CacheableMethod[];
  /** A QUERY with more content bypasses the cache: bytes or `'64kb'`. Default `'64kb'`. */
  readonly maxQuerySize?: number | string;
  /**
   * What the `Cache-Control` of a request means. `'ignore'`: nothing but `only-if-cached`, so that clients cannot
   * make handlers run. `'honour'`: `no-cache`, `max-age`, `min-fresh`, `max-stale`, `no-store` and, without
   * Cache-Control, `Pragma: no-cache` as RFC 9111 section 5.2.1 says. Default `'ignore'`.
   */
  readonly clientDirectives?: ClientDirectives;
  /**
   * Guesses the lifetime of a response that claims none and that the rule has no `ttl` for: a tenth of the time
   * since its `Last-Modified`, a day at most, for statuses that are cacheable by default or with `public` (RFC
   * 9111 section 4.2.2). Default `false`.
   */
  readonly heuristic?: boolean;
  /**
   * `'careful'`: a response that says `no-cache`, `private` or `no-store` in any form, or that is never fresh, is not
   * stored. `'rfc9111'`: it is stored where RFC 9111 lets a shared cache: with `no-cache`, or without a lifetime
   * but with an `ETag` or `Last-Modified`, to be confirmed by the handler on every use; with
   * `no-cache="x-user"` or `private="x-user"` without the fields named. Default `'careful'`.
   */
  readonly storing?: StoringMode;
  /**
   * Stores responses with `Set-Cookie`, and sends the cookie to everybody: for proxies whose origins mean just
   * that. Only when the response claims a lifetime itself, or the rule has `by`; such responses stay in the memory
   * tier. Default `false`: the cookie goes to its own client and the response is not stored.
   */
  readonly storeSetCookie?: boolean;
  /**
   * Serves br, gzip or, where Node has it, zstd to clients that accept it. One body is stored; each coding of it is
   * made when it is first asked for and kept beside it in memory, where it counts as part of the response. For text
   * and the like of 1 KiB and more that the handler has not coded itself and that does not say `no-transform`.
   * Handlers do not see `Accept-Encoding`, so that they answer with the plain body. Default `false`.
   */
  readonly compress?: boolean;
  /**
   * Lets `accelerate(app, cache)` answer fresh hits before the framework and its middleware run. For routes that answer
   * everybody alike: authentication, rate limits, access logs and whatever else must see each request do not see those.
   * The fields that middleware has set for the stored answer are part of it (helmet, CORS); while they differ from
   * request to request (a request id), nothing is answered ahead. Not together with `by`, `key`, `bypass` or
   * allowed cookies. Default `false`.
   */
  readonly ahead?: boolean;
  /**
   * Tells `ETag` and `Last-Modified` of the current answer without making it, from a version number in a database
   * for example. Asked when the handler would be asked: the conditions of the request are then answered with 304 or
   * 412 in its place (`If-Match` and `If-Unmodified-Since` of PUT and the like too), a stale response with these
   * very validators is fresh again for as long as it was, and an answer that has none of its own is given them.
   * `undefined`: nothing is known. When it throws or takes more than a second, the handler is asked. Default: none.
   */
  readonly validators?: (req: Req) => Validators | undefined | Promise<Validators | undefined>;
}
