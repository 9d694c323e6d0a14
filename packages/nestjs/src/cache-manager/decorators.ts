import { type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { durationOf } from './ttl.js';

/** Where {@link CacheKey} leaves its key. */
export const CACHE_KEY_METADATA = 'cache_module:cache_key';

/** Where {@link CacheTTL} leaves its time. */
export const CACHE_TTL_METADATA = 'cache_module:cache_ttl';

/** Makes a key of a request. `undefined`: it is not cached. */
export type CacheKeyFactory = (context: ExecutionContext) => string | Promise<string | undefined> | undefined;

/** Milliseconds, by request. `0`: it is not cached. */
export type CacheTTLFactory = (context: ExecutionContext) => Promise<number> | number;

/** The key of a handler, in place of its URL. */
export function CacheKey(key: string | CacheKeyFactory): CustomDecorator {
  return SetMetadata(CACHE_KEY_METADATA, key);
}

/**
 * How long a handler's answer is fresh, or those of a controller: milliseconds. `0`: it is not cached.
 * @throws ShelflifeError `ERR_OPTION` when it is neither a number nor a function.
 */
export function CacheTTL(ttl: number | CacheTTLFactory): CustomDecorator {
  if (typeof ttl !== 'function') durationOf(ttl);
  return SetMetadata(CACHE_TTL_METADATA, ttl);
}
