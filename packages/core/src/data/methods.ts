import { ShelflifeError } from '../errors.js';
import type { InvalidationTarget } from '../invalidation/target.js';
import { A_KEY, isUserKey } from '../key/user-key.js';
import { rejectUnknown } from '../rule/options.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Duration, Rule } from '../rule/rule.js';
import { type EvictRule, evictAround } from './evict.js';
import { isPlainData, textOf } from './plain-data.js';
import type { DataCache } from './data-cache.js';
import type { DataKey } from './key.js';

/** How what a method returns is cached. Every option may be left out. */
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

/** A method of a class. */
export interface Method {
  readonly type: { readonly name: string };
  readonly name: string;
  /** What the rules of all methods of the class start from: a rule, or the name of a profile. */
  readonly base?: object | string | undefined;
}

/** One call of a method. */
export interface Call {
  readonly on: object;
  readonly args: readonly unknown[];
  readonly run: () => unknown;
}

/** What is done in place of a call. */
export type Advice = (call: Call) => Promise<unknown>;

/** Makes advices for methods. The functions of a rule are called on the object the method is called on. */
export interface Methods {
  /**
   * Answers a call from the cache, or runs it and stores what it returns. Concurrent calls share one.
   * @throws ShelflifeError `ERR_OPTION` for a wrong rule, or one without a lifetime.
   */
  cached(rule: object | string, method: Method): Advice;
  /**
   * Runs a call always and stores what it returns in place of what is stored.
   * @throws ShelflifeError `ERR_OPTION`, as {@link Methods.cached}.
   */
  put(rule: object, method: Method): Advice;
  /** Runs a call always and invalidates what it has changed. */
  evicting(rule: object): Advice;
}

/** As much of a cache as is needed here. */
interface Home extends DataCache {
  rule(rule?: Rule<never> | ResolvedRule | string, over?: Rule<never>): ResolvedRule;
  invalidate(target: InvalidationTarget): Promise<unknown>;
}

type Asking = (this: object, args: readonly unknown[], result?: unknown) => unknown;

const OPTIONS = ['ttl', 'tags', 'key', 'bypass'];

/**
 * Caches what methods return, by their arguments. `warn` is told once for each method what keeps a call from
 * being cached; the call itself never fails for it.
 */
export function createMethods(cache: Home, warn: (problem: string) => void): Methods {
  const told = new Set<string>();
  // Which class a name in a key stands for: two classes of one name must not share their values.
  const owners = new Map<string, unknown>();

  /** Does something that must not fail a call. `undefined`: it failed. */
  function attempt<T>(method: Method, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const name = nameOf(method);
      if (!told.has(name)) warn(`${name}() is not cached: ${String(error)}`);
      told.add(name);
      return undefined;
    }
  }

  function resolve(given: object | string, method: Method): ResolvedRule {
    if (typeof given === 'object') rejectUnknown(nameOf(method), given, OPTIONS);
    const rule = typeof given === 'string' ? cache.rule(given) : cache.rule(method.base, given);
    if (rule.ttl !== undefined) return rule;
    throw new ShelflifeError(
      'ERR_OPTION',
      `${nameOf(method)}: how long is a value fresh? Give { ttl: '5m' }, or the cache defaults: { ttl }.`,
    );
  }

  /** `undefined`: this call is not cached. */
  function keyOf(rule: ResolvedRule, { type, name }: Method, { on, args }: Call): DataKey | undefined {
    if (rule.bypass !== undefined && Reflect.apply(rule.bypass as Asking, on, [args]) === true)
      return undefined;
    if (rule.key !== undefined) return checkedKey(Reflect.apply(rule.key as Asking, on, [args]));
    const text = textOf(args);
    if (text === undefined)
      throw new Error(`its arguments are not plain data. Give a key: { key: ([first]) => first.id }.`);
    if ((owners.get(type.name) ?? type) !== type)
      throw new Error(`there is another class of this name. Give a key.`);
    owners.set(type.name, type);
    return [type.name, name, text];
  }

  return {
    cached(given, method) {
      const rule = resolve(given, method);
      return async (call) => {
        const key = attempt(method, () => keyOf(rule, method, call));
        if (key === undefined) return call.run();
        return cache.wrap(
          key,
          async (context) => {
            const result = await call.run();
            const tags = attempt(method, () => tagsOf(rule, call, result));
            if (tags === undefined) context.skip();
            else context.tag(...tags);
            return result;
          },
          { ttl: `${rule.ttl!}ms` },
        );
      };
    },
    put(given, method) {
      const { key: keyFor, ...rest } = given as PutRule;
      const rule = resolve(rest, method);
      return async (call) => {
        const since = cache.mark();
        const result = await call.run();
        const key = attempt(method, () =>
          checkedKey(Reflect.apply(keyFor as Asking, call.on, [call.args, result])),
        );
        const tags = key && attempt(method, () => tagsOf(rule, call, result));
        if (key && tags) await cache.set(key, result, { ttl: `${rule.ttl!}ms`, tags, since });
        return result;
      };
    },
    evicting: (rule) => (call) => evictAround(cache, [rule as EvictRule], call.args, call.run),
  };
}

function nameOf({ type, name }: Method): string {
  return `${type.name}.${name}`;
}

function checkedKey(key: unknown): DataKey | undefined {
  if (key === undefined || isUserKey(key)) return key;
  throw new Error(`its key is not ${A_KEY}, nor undefined.`);
}

function tagsOf({ tags }: ResolvedRule, { on, args }: Call, result: unknown): readonly string[] {
  if (result !== undefined && !isPlainData(result))
    throw new Error(
      `it returned instances of classes, which would come back as plain objects. Return plain data.`,
    );
  return typeof tags === 'function'
    ? (Reflect.apply(tags as Asking, on, [args, result]) as readonly string[])
    : tags;
}
