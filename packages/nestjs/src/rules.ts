import type { Duration, InvalidationTarget } from '@shelflife/core';

/** What the functions of a rule see of a request when they do not name a type of their own. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/** How the return value of a provider's method is cached. Every option may be left out. */
export interface MethodRule<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  /** How long a value is fresh. Default: the `ttl` of the cache's `defaults`; there must be one. */
  readonly ttl?: Duration;
  /**
   * Names under which values can be invalidated together: `['products']` or, of the arguments and the result,
   * `([id]: [string], product: Product) => ['product:' + id, 'brand:' + product.brand]`. Default: none.
   */
  readonly tags?: readonly string[] | ((args: Args, result: Result) => readonly string[]);
  /**
   * The key, of the arguments: `([id]: [string]) => ['product', id]`. Methods that return the same key share their
   * values. `undefined`: this call is not cached. Default: the names of class and method, and the arguments, which
   * then must be plain data.
   */
  readonly key?: (args: Args) => string | readonly string[] | undefined;
  /** Calls for which it returns `true` neither read nor fill the cache. Default: none. */
  readonly bypass?: (args: Args) => boolean;
}

/** Like {@link MethodRule}; the key must be given, because it is the one that another method reads under. */
export interface PutRule<Args extends readonly unknown[] = readonly unknown[], Result = unknown> extends Omit<
  MethodRule<Args, Result>,
  'key' | 'bypass'
> {
  /** The key to store under, of the arguments and the result. `undefined`: nothing is stored. */
  readonly key: (args: Args, result: Result) => string | readonly string[] | undefined;
}

type Names<T, Asked, Answer> = T | ((asked: Asked, answer: Answer | undefined) => T);

/**
 * What a call makes invalid. Functions get what was asked, which is the request on a controller handler and the
 * arguments on any other method, and what was returned.
 */
export interface EvictRule<Asked = HttpRequest, Answer = unknown> {
  readonly tags?: Names<readonly string[], Asked, Answer>;
  readonly keys?: Names<NonNullable<InvalidationTarget['keys']>, Asked, Answer>;
  readonly paths?: Names<readonly string[], Asked, Answer>;
  readonly all?: true;
  /** `'remove'` (default): never served again; `'stale'`: as far as rules allow, served while it is refreshed. */
  readonly mode?: InvalidationTarget['mode'];
  /**
   * Invalidates before the method runs as well, and so also when it fails. Functions get no answer then.
   * Default `false`: after it succeeded and before its caller hears of it.
   */
  readonly before?: boolean;
}
