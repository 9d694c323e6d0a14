import { inspect } from 'node:util';
import { optionError, ShelflifeError } from '@shelflife/core';
import { Redis } from 'ioredis';
import type { Connection, RedisClient } from './client.js';
import { type Purpose, safeClusterOptions, safeOptions } from './settings.js';

/** Where Redis is: exactly one of the three, or none for `127.0.0.1:6379`. */
export interface RedisAddress {
  /**
   * A client of ioredis 5 or 6, `Redis` or `Cluster`. Its address, password and TLS are used for connections of
   * the cache's own; the client itself is neither used nor closed, and may be one with `lazyConnect: true`.
   */
  readonly client?: RedisClient | undefined;
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS. */
  readonly url?: string | undefined;
  /** Options of ioredis' `Redis`: `host`, `port`, `password`, `tls`, `sentinels` and `name`, … */
  readonly options?: object | undefined;
}

/** How to open connections, and how to name the server in messages. */
export interface Connector {
  readonly server: string;
  /** A new connection that is not yet connected. */
  open(purpose: Purpose): Connection;
}

/**
 * Reads where Redis is; nothing is connected yet.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function createConnector(where: string, address: RedisAddress): Connector {
  const { client, url, options } = address;
  const given = Object.entries({ client, url, options }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    throw new ShelflifeError('ERR_OPTION', `${where}: got ${names}. Give one of client, url and options.`);
  }
  if (client !== undefined) return fromClient(where, client);
  if (options !== undefined) return fromOptions(where, options);
  return fromUrl(where, url ?? 'redis://127.0.0.1:6379');
}

function fromClient(where: string, client: unknown): Connector {
  if (!isClient(client))
    throw optionError(
      `${where}.client`,
      'a Redis or Cluster of ioredis',
      client,
      `Write new Redis('redis://…').`,
    );
  const { redisOptions = {} } = client.options as { redisOptions?: object };
  return {
    server: client.isCluster ? 'Redis Cluster' : serverOf(client.options),
    open: (purpose) =>
      client.isCluster
        ? client.duplicate([], safeClusterOptions(purpose, redisOptions))
        : client.duplicate(safeOptions(purpose)),
  };
}

function fromUrl(where: string, url: unknown): Connector {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol))
    throw optionError(`${where}.url`, `a URL such as 'redis://127.0.0.1:6379'`, withoutPassword(url));
  return {
    server: `Redis at ${parsed.host}`,
    open: (purpose) => new Redis(parsed.href, safeOptions(purpose)) as unknown as Connection,
  };
}

function fromOptions(where: string, options: unknown): Connector {
  if (typeof options !== 'object' || options === null)
    throw optionError(`${where}.options`, 'an object such as { host, port }', options);
  return {
    server: serverOf(options),
    open: (purpose) => new Redis({ ...options, ...safeOptions(purpose) }) as unknown as Connection,
  };
}

type Duplicable = Connection & { readonly options: object; duplicate(...args: unknown[]): Connection };

function isClient(client: unknown): client is Duplicable {
  if (typeof client !== 'object' || client === null) return false;
  const { options, duplicate, getBuffer } = client as Record<string, unknown>;
  return typeof options === 'object' && typeof duplicate === 'function' && typeof getBuffer === 'function';
}

function serverOf(options: object): string {
  const { host = '127.0.0.1', port = 6379, path, sentinels, name } = options as Record<string, unknown>;
  if (Array.isArray(sentinels)) return `Redis '${String(name)}' behind Sentinels`;
  return `Redis at ${typeof path === 'string' ? path : `${String(host)}:${String(port)}`}`;
}

function withoutPassword(url: unknown): unknown {
  return typeof url === 'string' ? url.replace(/\/\/.*@/, '//…@') : inspect(url);
}
