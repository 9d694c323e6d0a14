export type { Advice, AdviceCode } from './advice.js';
export { type Cache, createCache, type Receipt } from './cache.js';
export type { Clock } from './clock.js';
export type { DataCache, DataKey, DataRule, LoadContext, Mark, SetRule } from './data/wrap.js';
export { type ErrorCode, ShelflifeError } from './errors.js';
export type { CacheEvent, CacheEvents, CacheEventType } from './events.js';
export type { Answer, BodySink, Capture, Narrowing, Outcome, ResponseControl } from './exchange/types.js';
export { REASONS, type Reason } from './http/cache-status.js';
export type {
  FieldLines,
  Headers,
  RefreshRequest,
  Reply,
  RequestView,
  ResponseHead,
} from './http/message.js';
export type { InvalidationTarget } from './invalidation/target.js';
export type { CacheOptions, MemoryOptions } from './options.js';
export type { ResolvedRule } from './rule/resolve.js';
export type { CookieMode, Duration, QueryMode, Rule, UnkeyedMode } from './rule/rule.js';
export type { CacheStats } from './stats.js';
export type { Store } from './store/store.js';
