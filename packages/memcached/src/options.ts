import { optionError, parseDuration, parseSize, rejectUnknown, ShelflifeError } from '@shelflife/core';
import type { Client } from 'memjs';
import { addressesOf } from './client.js';

/** Where one server is, and how to log on to it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A client of memjs. Its servers are used over connections of the cache's own. */
export interface MemcachedClient {
  readonly servers: readonly { readonly host: string; readonly port: number }[];
}

/** Options of `memcachedStore`. All may be left out. */
export interface MemcachedStoreOptions {
  /** A client of memjs: its servers, user names and passwords are used; the client itself is neither used nor closed. */
  readonly client?: MemcachedClient | undefined;
  /** `'10.0.0.1:11211'`, or several. Default `'127.0.0.1:11211'`. The order matters: it decides where a key lives. */
  readonly servers?: string | readonly string[] | undefined;
  /** Comes first in every key. Default `'shelflife:'`. */
  readonly keyPrefix?: string;
  /** How long one operation may take before the request goes on without it. Default `'50ms'`. */
  readonly deadline?: string;
  /** The largest item that the servers take, their `-I`. Default `'1mb'`, which is theirs. */
  readonly maxItemSize?: number | string;
}

/** {@link MemcachedStoreOptions}, checked and complete. */
export interface ResolvedOptions {
  readonly addresses: readonly Address[];
  readonly keyPrefix: string;
  readonly deadline: number;
  readonly maxItemSize: number;
}

const NAMES = ['client', 'servers', 'keyPrefix', 'deadline', 'maxItemSize'];
const WHERE = 'memcachedStore()';

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveOptions(options: MemcachedStoreOptions): ResolvedOptions {
  rejectUnknown(WHERE, options, NAMES);
  const { keyPrefix = 'shelflife:', deadline = '50ms', maxItemSize = '1mb' } = options;
  if (typeof keyPrefix !== 'string' || !/^[!-~]{0,40}$/.test(keyPrefix))
    throw optionError(`${WHERE}.keyPrefix`, 'up to 40 visible ASCII characters', keyPrefix);
  const ms = parseDuration(`${WHERE}.deadline`, deadline);
  if (ms === 0) throw optionError(`${WHERE}.deadline`, `a duration such as '50ms'`, deadline);
  const size = parseSize(`${WHERE}.maxItemSize`, maxItemSize);
  if (size < 32 * 1024) throw optionError(`${WHERE}.maxItemSize`, 'at least 32kb', maxItemSize);
  return { addresses: addresses(options), keyPrefix, deadline: ms, maxItemSize: size };
}

function addresses({
  client,
  servers = '127.0.0.1:11211',
  ...rest
}: MemcachedStoreOptions): readonly Address[] {
  if (client !== undefined) {
    if ('servers' in rest || servers !== '127.0.0.1:11211')
      throw new ShelflifeError('ERR_OPTION', `${WHERE}: got client and servers. Give one of them.`);
    if (!Array.isArray((client as Partial<MemcachedClient> | null)?.servers))
      throw optionError(`${WHERE}.client`, 'a client of memjs', client, 'Write memjs.Client.create(…).');
    return addressesOf(client as Client);
  }
  const list = typeof servers === 'string' ? servers.split(',') : servers;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isServer))
    throw optionError(`${WHERE}.servers`, `'host:port', or several in an array`, servers);
  return addressesOf(list.join(','));
}

function isServer(server: unknown): boolean {
  return typeof server === 'string' && /^([^@:,/\s]+:[^@,\s]*@)?[\w.-]+(:\d{1,5})?$/.test(server);
}
