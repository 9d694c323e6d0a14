export { accelerate, type NestAccelerateOptions } from './accelerate.js';
export { CacheRule, Cacheable, CacheEvict, CachePut, NoCache } from './decorators.js';
export { ResponseCacheInterceptor } from './interceptor.js';
export {
  type ShelflifeAsyncOptions,
  type ShelflifeCacheOptions,
  ShelflifeModule,
  type ShelflifeModuleExtras,
  type ShelflifeOptions,
} from './module.js';
export type { EvictRule, HttpRequest, MethodRule, PutRule } from './rules.js';
export { CACHE, InjectCache } from './tokens.js';
