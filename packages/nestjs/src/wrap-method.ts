import { Inject } from '@nestjs/common';
import type { Cache } from '@shelflife/core';
import { copyMetadata, routeMethodOf } from './metadata.js';
import { CACHE } from './tokens.js';

type Method = (...args: readonly unknown[]) => unknown;

/** One call of a method that is decorated. */
export interface Call {
  /** The provider it was called on. */
  readonly on: object;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly run: () => unknown;
}

/** What is done in place of a call. */
export type Advice = (cache: Cache, call: Call) => unknown;

/**
 * Puts an advice in place of a provider's method. Nest injects the cache into a property of the provider, so that
 * two applications in one process keep to their own; without one, as in a unit test, the method runs as it is.
 * Controller handlers run as they are too: their responses are the interceptor's business.
 */
export function wrapMethod(
  target: object,
  name: string | symbol,
  descriptor: PropertyDescriptor,
  advice: Advice,
): void {
  const method = descriptor.value as Method;
  Inject(CACHE)(target, CACHE);
  const wrapped = function (this: object, ...args: unknown[]): unknown {
    const run = (): unknown => Reflect.apply(method, this, args);
    const cache = (this as { [CACHE]?: Cache } | undefined)?.[CACHE];
    // The method as it stands now: decorators that came later may have put their own around this one.
    const isHandler = routeMethodOf((target as Record<string | symbol, unknown>)[name]) !== undefined;
    if (cache === undefined || isHandler) return run();
    return advice(cache, { on: this, name: String(name), args, run });
  };
  Object.defineProperty(wrapped, 'name', { value: method.name });
  Object.defineProperty(wrapped, 'length', { value: method.length });
  copyMetadata(method, wrapped);
  descriptor.value = wrapped;
}
