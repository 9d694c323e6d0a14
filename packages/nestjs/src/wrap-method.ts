import { Inject } from '@nestjs/common';
import type { Method, MethodAdvice, Methods } from '@shelflife/core';
import { CACHE_RULE, copyMetadata, read, routeMethodOf } from './metadata.js';
import { METHODS } from './tokens.js';

type Class = Method['type'] & object;

/**
 * Puts an advice in place of a provider's method. Nest injects what makes it into a property of the provider, so
 * that two applications in one process keep to their own caches; without one, as in a unit test, the method runs as
 * it is. Controller handlers run as they are too: their responses are the interceptor's business.
 */
export function wrapMethod(
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
  adviceFor: (methods: Methods, method: Method) => MethodAdvice,
): void {
  const own = descriptor.value as (...args: readonly unknown[]) => unknown;
  const advices = new WeakMap<object, MethodAdvice>();
  Inject(METHODS)(target, METHODS);
  const wrapped = function (this: object, ...args: unknown[]): unknown {
    const run = (): unknown => Reflect.apply(own, this, args);
    const methods = (this as { [METHODS]?: Methods } | undefined)?.[METHODS];
    // The method as it stands now: decorators that came later may have put their own around this one.
    const isHandler = routeMethodOf((target as Record<string | symbol, unknown>)[name]) !== undefined;
    if (methods === undefined || isHandler) return run();
    const advice = advices.get(this) ?? adviceFor(methods, methodOf(this.constructor, name));
    advices.set(this, advice);
    return advice({ on: this, args, run });
  };
  Object.defineProperty(wrapped, 'name', { value: own.name });
  Object.defineProperty(wrapped, 'length', { value: own.length });
  copyMetadata(own, wrapped);
  descriptor.value = wrapped;
}

/** A method of a class, whose rule starts from that of the class. */
export function methodOf(type: Class, name: string | symbol): Method {
  return { type, name: String(name), base: read(CACHE_RULE, type) };
}
