export type { Advice, AdviceCode } from './advice.js';
export { type Cache, createCache, type Receipt } from './cache.js';
export type { Clock } from './clock.js';
export { type EvictRule, evictAround } from './data/evict.js';
export {
  type Advice as MethodAdvice,
  type Call,
  createMethods,
  type Method,
  type MethodRule,
  type Methods,
  type PutRule,
} from './data/methods.js';
export type { BatchContext, LoadMany } from './data/batch.js';
export type { LoadContext } from './data/context.js';
export type { DataStats } from './data/counters.js';
export type { DataCache, FragmentRule, Mark, SetRule } from './data/data-cache.js';
export type { DataKey } from './data/key.js';
export type { RowId } from './data/query-tags.js';
export {
  createQueries,
  type Queries,
  type QueryArgument,
  type QueryCache,
  type QueryRule,
  type Suspension,
  type WriteRule,
} from './data/queries.js';
export type { DataRule, LoadTimeout } from './data/rule.js';
export { defineSource, type Source, type SourceCache } from './data/source.js';
export type { FilterCache, SourceReports } from './data/source-filter.js';
export type { SourceFilter } from './data/filter-options.js';
export type { SourceOptions, SourceWrites } from './data/source-options.js';
export { fileQueue, type FileQueueOptions } from './data/write-behind/file-queue.js';
export type { QueuedWrite, WriteQueue } from './data/write-behind/queue.js';
export type { Write } from './data/write-behind/write-behind.js';
export type { Schema, SchemaResult } from './data/schema.js';
export type { Secret, ValueOptions } from './data/seal-options.js';
export { type ErrorCode, optionError, ShelflifeError } from './errors.js';
export type { CacheEvent, CacheEvents, CacheEventType } from './events.js';
export type { ExplainedStep, Explanation } from './exchange/explain.js';
export type { ExplainRequest } from './exchange/explain-view.js';
export type { Answer, BodySink, Capture, Narrowing, Outcome, ResponseControl } from './exchange/types.js';
export { REASONS, type Reason } from './http/cache-status.js';
export type {
  FieldLines,
  Headers,
  RefreshRequest,
  Reply,
  RequestContent,
  RequestView,
  ResponseHead,
} from './http/message.js';
export type { InvalidationMode, LogHealth } from './invalidation/log.js';
export type { InvalidationOptions } from './invalidation/options.js';
export type { InvalidationTarget } from './invalidation/target.js';
export type { Appended, Durability, LogPage, LogRecord, LogTransport } from './invalidation/transport.js';
export type { CacheOptions, MemoryOptions } from './options.js';
export type { CacheMode, Fetch, FetchInit, FetchOptions } from './outbound/options.js';
export { parseDuration } from './rule/duration.js';
export { rejectUnknown } from './rule/options.js';
export type { ResolvedRule } from './rule/resolve.js';
export type {
  CacheableMethod,
  CdnRule,
  CdnTagField,
  ClientDirectives,
  CookieMode,
  Duration,
  QueryMode,
  Rule,
  StoringMode,
  UnkeyedMode,
  Validators,
} from './rule/rule.js';
export { sharedCache } from './rule/shared-cache.js';
export { parseSize } from './rule/size.js';
export type { CacheStats } from './stats.js';
export { fileStore, type FileStoreOptions } from './store/file.js';
export type { Lease, LeaseGrant, Store } from './store/store.js';
