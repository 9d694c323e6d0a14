import { type Cache, type CacheEvent, type CacheOptions, createCache } from '@shelflife/core';
import { fakeClock, type FakeClock } from '@shelflife/core/testing';
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify';
import { onTestFinished } from 'vitest';

export interface Built {
  readonly app: FastifyInstance;
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly events: readonly CacheEvent[];
  /** `[status, Cache-Status without the name, body]`. */
  readonly get: (url: string, headers?: Record<string, string>) => Promise<[number, string, string]>;
}

/** An application without routes and a cache with a fake clock; both are closed when the test ends. */
export function build(options: FastifyServerOptions = {}, cacheOptions: CacheOptions = {}): Built {
  const clock = fakeClock();
  const cache = createCache({ clock, ...cacheOptions });
  const events: CacheEvent[] = [];
  cache.on('*', (event) => events.push(event));
  const app = fastify({ forceCloseConnections: true, ...options });
  onTestFinished(async () => {
    await app.close();
    await cache.close();
  });
  return {
    app,
    cache,
    clock,
    events,
    async get(url, headers = {}) {
      const { statusCode, headers: got, body } = await app.inject({ url, headers });
      return [statusCode, statusOf(got), body];
    },
  };
}

/** The Cache-Status of a response without the name of the cache: `hit; ttl=60`. */
export function statusOf(headers: Readonly<Record<string, string | number | string[] | undefined>>): string {
  return String(headers['cache-status'] ?? 'none').replace(/^\S+; /, '');
}

/** A handler that says how often it ran. */
export function counting(): (() => string) & { readonly calls: () => number } {
  let calls = 0;
  return Object.assign(() => `run ${++calls}`, { calls: () => calls });
}
