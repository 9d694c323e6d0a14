import { type Store, ShelflifeError } from '@shelflife/core';
import { createConnector } from './connect.js';
import { createKeys, slotOf } from './keys.js';
import { createLease } from './lease.js';
import { createLinks, type Link } from './link.js';
import { createLogTransport } from './log.js';
import { type RedisStoreOptions, resolveStoreOptions } from './options.js';
import { checkSetup } from './setup.js';

// Values above this travel on a connection of their own: small ones would wait behind them.
const BULK_BYTES = 256 * 1024;
const MAX_BULK_KEYS = 1000;

/**
 * A store in Redis for `createCache({ store })`, with the log of invalidations and the lease that all processes
 * share. Returns at once; until Redis answers, and whenever it does not, requests go on without it.
 *
 * `createCache({ store: redisStore({ url: 'redis://127.0.0.1:6379' }) })`
 *
 * @throws ShelflifeError `ERR_OPTION` with the fix in its message.
 */
export function redisStore(options: RedisStoreOptions = {}): Store {
  const resolved = resolveStoreOptions('redisStore()', options);
  const { maxValueSize, deadline } = resolved;
  const connector = createConnector('redisStore()', options);
  const keys = createKeys(resolved.keyPrefix);
  const links = createLinks(connector);
  const commands = links.to('commands');
  const large = createRecent(MAX_BULK_KEYS);

  const linkFor = (isLarge: boolean): Link => (isLarge ? links.to('bulk') : commands);

  function get(key: string): Promise<Uint8Array | undefined> {
    const found = linkFor(large.has(key)).use((connection) => connection.getBuffer(keys.entry(key)));
    return found.then((value) => {
      large.note(key, (value?.byteLength ?? 0) > BULK_BYTES);
      return value ?? undefined;
    }, unlessOtherType);
  }

  async function set(key: string, bytes: Uint8Array, ttlMs: number): Promise<void> {
    const size = bytes.byteLength;
    if (size > maxValueSize) throw tooLarge(size, maxValueSize);
    large.note(key, size > BULK_BYTES);
    const value = Buffer.from(bytes.buffer, bytes.byteOffset, size);
    await linkFor(size > BULK_BYTES).use((connection) =>
      connection.call('set', keys.entry(key), value, 'PX', ttlMs),
    );
  }

  return {
    maxValueSize,
    deadline,
    get,
    set,
    async delete(key) {
      large.note(key, false);
      await commands.use((connection) => connection.call('unlink', keys.entry(key)));
    },
    node(key) {
      const { slots } = commands.connection;
      return slots === undefined ? undefined : slots[slotOf(keys.entry(key))]?.[0];
    },
    log: createLogTransport(links, keys.log, resolved),
    lease: createLease(links, keys),
    check: () => checkSetup(connector.server, commands),
    close: async () => links.close(),
  };
}

// What lies there is somebody else's: it is overwritten in time.
function unlessOtherType(error: Error): undefined {
  if (error.cause instanceof Error && error.cause.message.startsWith('WRONGTYPE')) return undefined;
  throw error;
}

function tooLarge(size: number, most: number): ShelflifeError {
  return new ShelflifeError(
    'ERR_STORE',
    `a value of ${size} bytes is larger than maxValueSize (${most}): raise it in redisStore().`,
  );
}

/** Keys that were noted last, at most `max` of them. */
function createRecent(max: number): { has(key: string): boolean; note(key: string, isOne: boolean): void } {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    note(key, isOne) {
      if (!isOne) return void (keys.size > 0 && keys.delete(key));
      keys.delete(key);
      keys.add(key);
      for (const oldest of keys) if (keys.size > max) keys.delete(oldest);
    },
  };
}
