import { RequestMethod, type Type } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { type Cache, evictAround, type ResolvedRule, type Rule, ShelflifeError } from '@shelflife/core';
import { isUnsafe } from '@shelflife/core/node';
import {
  CACHE_RULE,
  CACHEABLE,
  EVICT,
  isEventStream,
  isGuarded,
  NO_CACHE,
  PUT,
  read,
  routeMethodOf,
} from './metadata.js';
import { createPlatform, type Enter } from './platform.js';
import type { EvictRule } from './rules.js';

/** What the decorators of a controller handler amount to. */
export interface Handler {
  /** `undefined`: the cache takes no part. */
  readonly enter: Enter | undefined;
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
    if (read(PUT, handler) !== undefined) {
      const fix = '@CachePut() is for methods of providers. On a controller handler write @CacheEvict().';
      throw new ShelflifeError('ERR_OPTION', `${type.name}.${handler.name}: ${fix}`);
    }
    const evicts = read<readonly EvictRule[]>(EVICT, handler);
    const rule = ruleOf(type, handler);
    if (rule?.ahead === true && [handler, type].some(isGuarded)) {
      const fix = `Leave out 'ahead', or @UseGuards().`;
      throw new ShelflifeError(
        'ERR_OPTION',
        `${type.name}.${handler.name}: guards do not run when the cache answers ahead of Nest. ${fix}`,
      );
    }
    return {
      enter: rule && platform.enter(rule),
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
