import type { LogTransport } from '@shelflife/core';
import { createConnector } from './connect.js';
import { createKeys } from './keys.js';
import { createLinks } from './link.js';
import { createLogTransport } from './log.js';
import { type RedisLogOptions, resolveLogOptions } from './options.js';

/**
 * The log of invalidations alone, for a cache whose store has none: Memcached, files, or no store at all.
 *
 * `createCache({ store: memcachedStore(), log: redisLog({ url: 'redis://127.0.0.1:6379' }) })`
 *
 * @throws ShelflifeError `ERR_OPTION` with the fix in its message.
 */
export function redisLog(options: RedisLogOptions = {}): LogTransport {
  const resolved = resolveLogOptions('redisLog()', options);
  const links = createLinks(createConnector('redisLog()', options));
  return createLogTransport(links, createKeys(resolved.keyPrefix).log, resolved);
}
