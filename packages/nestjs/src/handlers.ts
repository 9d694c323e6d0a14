import { RequestMethod, type Type } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { type Cache, evictAround, type ResolvedRule, type Rule } from '@shelflife/core';
import { isUnsafe } from '@shelflife/core/node';
import {
  CACHE_RULE,
  CACHEABLE,
  EVICT,
  isEventStream,
  isGuarded,
  NO_CACHE,
  read,
  routeMethodOf,
  setsFields,
} from './metadata.js';
import { createPlatform, type Enter } from './platform.js';
import type { EvictRule } from './rules.js';

/** What the decorators of a controller handler amount to. */
export interface Handler {
  /** `undefined`: the cache takes no part. */
  readonly rule: ResolvedRule | undefined;
  readonly enter: Enter | undefined;
  /** Nest does nothing of its own between the guards of the whole application and the interceptors. */
  readonly isBare: boolean;
  /** Runs it, and invalidates what it has changed. `undefined`: it invalidates nothing. */
  readonly evicting: ((request: unknown, run: () => Promise<unknown>) => Promise<unknown>) | undefined;
}

/** The controller handlers of an application. */
export interface Handlers {
  /** @throws ShelflifeError `ERR_OPTION` when a decorator was given something wrong. */
  of(type: Type, handler: () => unknown): Handler;
}

/** The provider token of {@link Handlers}. */
export const HANDLERS: unique symbol = Symbol('shelflife.handlers');

export function createHandlers(cache: Cache, host: HttpAdapterHost, config: ApplicationConfig): Handlers {
  const platform = createPlatform(cache, host, config);
  const known = new WeakMap<Type, Map<object, Handler>>();

  function describe(type: Type, handler: () => unknown): Handler {
    const evicts = read<readonly EvictRule[]>(EVICT, handler);
    const rule = ruleOf(type, handler);
    return {
      rule,
      enter: rule && platform.enter(rule),
      isBare: ![handler, type].some(isGuarded) && !setsFields(handler),
      evicting: evicts && ((request, run) => evictAround(cache, evicts, request, run)),
    };
  }

  function ruleOf(type: Type, handler: object): ResolvedRule | undefined {
    if (isEventStream(handler) || [handler, type].some((place) => read(NO_CACHE, place) === true)) return;
    const own = read<Rule | string>(CACHEABLE, handler);
    const shared = read<Rule | string>(CACHE_RULE, type);
    if (own !== undefined || shared !== undefined)
      return typeof own === 'string' ? cache.rule(own) : cache.rule(shared, own);
    return isUnsafe(RequestMethod[routeMethodOf(handler)!]!) ? cache.rule(false) : undefined;
  }

  return {
    of(type, handler) {
      const handlers = known.get(type) ?? new Map<object, Handler>();
      const found = handlers.get(handler) ?? describe(type, handler);
      known.set(type, handlers.set(handler, found));
      return found;
    },
  };
}
