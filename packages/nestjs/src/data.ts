import { Logger } from '@nestjs/common';
import type { Cache, DataKey, DataRule, ResolvedRule, Rule } from '@shelflife/core';
import { CACHE_RULE, read } from './metadata.js';
import { isPlainData, textOf } from './plain-data.js';
import type { PutRule } from './rules.js';
import type { Call } from './wrap-method.js';

type Asking<T> = (this: object, args: readonly unknown[], result?: unknown) => T;

/** Answers a call from the cache, or runs it and stores what it returns. Concurrent calls share one. */
export async function cached(cache: Cache, given: Rule | string, call: Call): Promise<unknown> {
  const rule = dataRule(cache, given, call);
  const key = attempt(cache, call, () => keyOf(cache, rule, call));
  if (key === undefined) return call.run();
  return cache.wrap(
    key,
    async (context) => {
      const result = await call.run();
      const tags = attempt(cache, call, () => tagsOf(rule, call, result));
      if (tags === undefined) context.skip();
      else context.tag(...tags);
      return result;
    },
    ttlOf(rule),
  );
}

/** Runs a call and stores what it returns in place of what is stored. */
export async function put(cache: Cache, { key: keyFor, ...rest }: PutRule, call: Call): Promise<unknown> {
  const rule = dataRule(cache, rest as Rule, call);
  const since = cache.mark();
  const result = await call.run();
  const key = attempt(cache, call, () => checkedKey(ask(call, keyFor as Asking<unknown>, result)));
  const tags = key === undefined ? undefined : attempt(cache, call, () => tagsOf(rule, call, result));
  if (key !== undefined && tags !== undefined) await cache.set(key, result, { ...ttlOf(rule), tags, since });
  return result;
}

/** The rule of a provider's method, on top of that of its class. @throws ShelflifeError `ERR_OPTION`. */
export function dataRule(cache: Cache, given: Rule | string, { on }: Pick<Call, 'on'>): ResolvedRule {
  const shared = read<Rule | string>(CACHE_RULE, on.constructor);
  return typeof given === 'string' ? cache.rule(given) : cache.rule(shared, given);
}

function ttlOf({ ttl }: ResolvedRule): DataRule {
  return ttl === undefined ? {} : { ttl: `${ttl}ms` };
}

function ask<T>(call: Call, question: Asking<T>, result?: unknown): T {
  return Reflect.apply(question, call.on, [call.args, result]);
}

/** `undefined`: this call is not cached. */
function keyOf(cache: Cache, rule: ResolvedRule, call: Call): DataKey | undefined {
  if (rule.bypass !== undefined && ask(call, rule.bypass as Asking<unknown>) === true) return undefined;
  if (rule.key !== undefined) return checkedKey(ask(call, rule.key as Asking<unknown>));
  const text = textOf(call.args);
  if (text === undefined)
    throw new Error(
      `its arguments are not plain data. Give a key: @Cacheable({ key: ([first]) => first.id })`,
    );
  claim(cache, call);
  return [call.on.constructor.name, call.name, text];
}

function checkedKey(key: unknown): DataKey | undefined {
  if (key === undefined || (typeof key === 'string' && key !== '')) return key;
  if (Array.isArray(key) && key.length > 0 && key.every((part) => typeof part === 'string')) return key;
  throw new Error('its key is neither a non-empty string nor an array of strings nor undefined.');
}

function tagsOf({ tags }: ResolvedRule, call: Call, result: unknown): readonly string[] {
  if (result !== undefined && !isPlainData(result))
    throw new Error(
      `it returned instances of classes, which would come back as plain objects. Return plain data.`,
    );
  return typeof tags === 'function' ? ask(call, tags as Asking<readonly string[]>, result) : tags;
}

// Which class a name in a key stands for, by cache: two classes of one name must not share their values.
const claims = new WeakMap<Cache, Map<string, unknown>>();

function claim(cache: Cache, { on }: Call): void {
  const names = claims.get(cache) ?? new Map<string, unknown>();
  claims.set(cache, names);
  const { constructor } = on;
  const owner = names.get(constructor.name);
  if (owner === undefined) names.set(constructor.name, constructor);
  else if (owner !== constructor) throw new Error(`there is another class of this name. Give a key.`);
}

const told = new WeakMap<Cache, Set<string>>();

/** Does something that must not fail a call: an error is told once for each method, and the answer is `undefined`. */
function attempt<T>(cache: Cache, { on, name }: Call, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    const methods = told.get(cache) ?? new Set<string>();
    told.set(cache, methods);
    const method = `${on.constructor.name}.${name}`;
    if (!methods.has(method)) new Logger('Shelflife').warn(`${method}() is not cached: ${String(error)}`);
    methods.add(method);
    return undefined;
  }
}
