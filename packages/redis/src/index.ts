export type { RedisClient } from './client.js';
export type { RedisAddress } from './connect.js';
export type { RedisLogOptions, RedisStoreOptions } from './options.js';
export { redisLog } from './redis-log.js';
export { redisStore } from './store.js';
