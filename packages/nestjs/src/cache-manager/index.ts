/** The names of `@nestjs/cache-manager`, on a cache of Shelflife. */
export { Cache, type CacheManagerEvent, type Item, type RawValue, type WrapOptions } from './cache.js';
export {
  CACHE_KEY_METADATA,
  CACHE_TTL_METADATA,
  CacheKey,
  type CacheKeyFactory,
  CacheTTL,
  type CacheTTLFactory,
} from './decorators.js';
export { CacheInterceptor } from './interceptor.js';
export { CacheModule } from './module.js';
export type {
  CacheManagerOptions,
  CacheModuleAsyncOptions,
  CacheModuleExtras,
  CacheModuleOptions,
  CacheOptions,
  CacheOptionsFactory,
} from './options.js';
export { CACHE_MANAGER, OPTIONS as CACHE_MODULE_OPTIONS } from './tokens.js';
