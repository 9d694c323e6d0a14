import { Inject } from '@nestjs/common';

/** The provider token of the cache: for `@Inject(CACHE)`, `app.get(CACHE)` and `overrideProvider(CACHE)`. */
export const CACHE: unique symbol = Symbol('shelflife.cache');

/** The provider token of what the decorators on methods of providers work with, made of the cache. */
export const METHODS: unique symbol = Symbol('shelflife.methods');

/** Injects the application's `Cache` of `@shelflife/core`, into a constructor parameter or a property. */
export function InjectCache(): ParameterDecorator & PropertyDecorator {
  return Inject(CACHE);
}
