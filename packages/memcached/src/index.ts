export type { MemcachedClient, MemcachedStoreOptions } from './options.js';
export { memcachedStore } from './store.js';
