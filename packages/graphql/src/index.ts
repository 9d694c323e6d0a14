export { entityTag } from './entity-tag.js';
export { cacheMercurius, type MercuriusApp } from './mercurius.js';
export type { FieldRule, OperationAnswer, OperationRule, TypeRule } from './rule.js';
export { cacheResolvers, type ResolverRule } from './resolvers.js';
export { useOperationCache, type OperationCachePlugin } from './yoga.js';
