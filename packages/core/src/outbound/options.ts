import { optionError } from '../errors.js';
import type { ResponseHead } from '../http/message.js';
import { askingFunctionOption, booleanOption, listOption } from '../rule/checks.js';
import { tagsOption } from '../rule/choices.js';
import { parseDuration } from '../rule/duration.js';
import { rejectUnknown } from '../rule/options.js';
import type { Duration } from '../rule/rule.js';
import { parseSize } from '../rule/size.js';

/** The cache mode of a request (Fetch standard, section 5.4). */
export type CacheMode = 'default' | 'no-store' | 'reload' | 'no-cache' | 'force-cache' | 'only-if-cached';

/** What `fetch` may be called with; the types of Node leave `cache` out. */
export type FetchInit = RequestInit & { readonly cache?: CacheMode };

/** What can stand in for `fetch`. */
export type Fetch = (input: Parameters<typeof globalThis.fetch>[0], init?: FetchInit) => Promise<Response>;

/** How the answers of other servers are kept. Every option may be left out: then they decide themselves (RFC 9111). */
export interface FetchOptions {
  /** How long an answer is fresh that does not say so itself (200, 203, 301, 308). Default: such answers are not stored. */
  readonly ttl?: Duration;
  /**
   * `true`: the `ttl` counts in place of all that answers say of caching, `no-store` too: for servers that say it of
   * everything. `Vary` is heard all the same. Needs a `ttl`. Default `false`.
   */
  readonly override?: boolean;
  /** How long a stale answer is served while a new one is fetched, unless it says so itself. Default 0. */
  readonly swr?: Duration;
  /** How long a stale answer stands in for an error of the server or the network, unless it says so itself. Default 0. */
  readonly staleIfError?: Duration;
  /** How long 404 and 410 are fresh that do not say so themselves. Default: they are not stored. */
  readonly negativeTtl?: Duration;
  /** Guesses a lifetime from `Last-Modified` for answers that give none (RFC 9111 section 4.2.2). Default `false`. */
  readonly heuristic?: boolean;
  /** Names under which answers can be invalidated, or a function of URL and answer that gives them. */
  readonly tags?: readonly string[] | ((url: string, response: ResponseHead) => readonly string[]);
  /** Request headers that decide nothing about the answer: they do not count for the key. Default: tracing headers only. */
  readonly ignoreHeaders?: readonly string[];
  /** Whether answers are for one user, so that nothing that is made of them is stored. Default: those that say `private`. */
  readonly private?: boolean;
  /** Keeps apart what is fetched by other means, such as with another client certificate. Default `''`. */
  readonly scope?: string;
  /** Larger bodies are passed on and not stored: bytes, or `'1mb'` (default). */
  readonly maxBodySize?: number | string;
  /** What fetches. Default: the global `fetch` at the time of the call. */
  readonly fetch?: Fetch;
}

/** {@link FetchOptions}, checked and complete. Times are milliseconds. */
export interface ResolvedFetch {
  readonly ttl: number | undefined;
  readonly override: boolean;
  readonly swr: number;
  readonly staleIfError: number;
  /** 0: none. */
  readonly negativeTtl: number;
  readonly heuristic: boolean;
  readonly tags: readonly string[] | ((url: string, response: ResponseHead) => unknown);
  /** Lower case. */
  readonly ignoreHeaders: readonly string[];
  readonly isPrivate: boolean | undefined;
  readonly scope: string;
  readonly maxBodySize: number;
  readonly fetch: Fetch | undefined;
}

const NAMES = [
  'ttl',
  'override',
  'swr',
  'staleIfError',
  'negativeTtl',
  'heuristic',
  'tags',
  'ignoreHeaders',
  'private',
  'scope',
  'maxBodySize',
  'fetch',
];

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveFetch(options: FetchOptions): ResolvedFetch {
  rejectUnknown('fetcher()', options, NAMES);
  const { ttl, override = false, scope = '', fetch } = options;
  const time = (name: 'swr' | 'staleIfError' | 'negativeTtl'): number =>
    options[name] === undefined ? 0 : parseDuration(`fetcher().${name}`, options[name]);
  if (typeof scope !== 'string') throw optionError('fetcher().scope', "a string such as 'billing'", scope);
  if (booleanOption('fetcher().override', override) && ttl === undefined)
    throw optionError('fetcher().ttl', 'a duration, because of override', ttl, `Write { ttl: '5m' }.`);
  return {
    ttl: ttl === undefined ? undefined : parseDuration('fetcher().ttl', ttl),
    override,
    swr: time('swr'),
    staleIfError: time('staleIfError'),
    negativeTtl: time('negativeTtl'),
    heuristic: booleanOption('fetcher().heuristic', options.heuristic ?? false),
    tags: tagsOption('fetcher().tags', options.tags ?? []),
    ignoreHeaders: listOption(
      'fetcher().ignoreHeaders',
      options.ignoreHeaders ?? [],
      'header names',
      (_, name) => name.toLowerCase(),
    ),
    isPrivate:
      options.private === undefined ? undefined : booleanOption('fetcher().private', options.private),
    scope,
    maxBodySize: parseSize('fetcher().maxBodySize', options.maxBodySize ?? '1mb'),
    fetch: fetch === undefined ? undefined : (askingFunctionOption('fetcher().fetch', fetch) as Fetch),
  };
}
