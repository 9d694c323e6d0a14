import { SetMetadata } from '@nestjs/common';
import type { Rule } from '@shelflife/core';
import { CACHE_RULE, CACHEABLE, EVICT, NO_CACHE, PUT, read } from './metadata.js';
import { wrapMethod } from './wrap-method.js';
import type { EvictRule, HttpRequest, MethodRule, PutRule } from './rules.js';

/**
 * Caches a method. On a controller handler the response is cached: status, fields and body, as the client gets it.
 * On any other method of a provider the value it returns is cached, by its arguments; calls at the same time share
 * one. Such a method returns a promise.
 *
 * @param rule a rule, the name of one of the cache's profiles, or nothing for the cache's defaults.
 * @throws ShelflifeError `ERR_OPTION` at start when the rule is wrong.
 */
export function Cacheable<Req = HttpRequest>(rule?: Rule<Req> | string): MethodDecorator;
export function Cacheable<Args extends readonly unknown[], Result>(
  rule: MethodRule<Args, Result>,
): MethodDecorator;
export function Cacheable(rule: object | string = {}): MethodDecorator {
  return (target, name, descriptor) => {
    wrapMethod(target, name, descriptor, (methods, method) => methods.cached(rule, method));
    SetMetadata(CACHEABLE, rule)(target, name, descriptor);
  };
}

/**
 * Runs a provider's method always, and stores what it returns in place of what is stored: for updates that return
 * the new value. On controller handlers use {@link CacheEvict}.
 */
export function CachePut<Args extends readonly unknown[], Result>(
  rule: PutRule<Args, Result>,
): MethodDecorator {
  return (target, name, descriptor) => {
    wrapMethod(target, name, descriptor, (methods, method) => methods.put(rule, method));
    SetMetadata(PUT, rule)(target, name, descriptor);
  };
}

/**
 * Invalidates what a method has changed, after it succeeded and before its caller hears of it. On a controller
 * handler functions get the request, on any other method its arguments; in both what it returned. May be given
 * several times.
 */
export function CacheEvict<Asked = HttpRequest, Answer = unknown>(
  rule: EvictRule<Asked, Answer>,
): MethodDecorator {
  return (target, name, descriptor) => {
    wrapMethod(target, name, descriptor, (methods) => methods.evicting(rule));
    const others = read<readonly object[]>(EVICT, descriptor.value as unknown as object) ?? [];
    SetMetadata(EVICT, [...others, rule])(target, name, descriptor);
  };
}

/** The cache takes no part in this handler, or in any handler of this controller, whatever other decorators say. */
export function NoCache(): MethodDecorator & ClassDecorator {
  return SetMetadata(NO_CACHE, true);
}

/**
 * Caches all GET handlers of a controller. The options of a handler's `@Cacheable()` take the place of these. On a
 * class that is no controller it is what its `@Cacheable()` methods start from.
 */
export function CacheRule<Req = HttpRequest>(rule: Rule<Req> | string): ClassDecorator {
  return SetMetadata(CACHE_RULE, rule);
}
