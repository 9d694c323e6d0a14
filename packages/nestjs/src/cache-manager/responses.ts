import { VersioningType } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { type Cache, type Duration, ShelflifeError } from '@shelflife/core';
import { createPlatform, type Enter } from '../platform.js';
import type { CacheOptions } from './options.js';
import { durationOf, NO_EXPIRY } from './ttl.js';

/** What the interceptor says of a request. */
export interface Asked {
  readonly key: string;
  /** The user context, when the key covers it. */
  readonly by: string | undefined;
  /** Milliseconds. `undefined`: that of the module. */
  readonly ttl: number | undefined;
}

/** The responses of handlers, as {@link CacheInterceptor} caches them. */
export interface Responses {
  /** `undefined`: the answer is not cached, and what an unsafe method changes is invalidated. */
  of(request: object, asked: Asked | undefined): Enter;
  /** @throws ShelflifeError `ERR_OPTION` when the application has what cannot be cached by URL. */
  start(): void;
}

/** The provider token of {@link Responses}. */
export const RESPONSES: unique symbol = Symbol('shelflife.cache-manager.responses');

const MOST_RULES = 1000;

export function createResponses(
  cache: Cache,
  options: CacheOptions,
  host: HttpAdapterHost,
  config: ApplicationConfig,
): Responses {
  const requests = new WeakMap<object, Asked>();
  const enters = new Map<string, Enter>();
  const platform = createPlatform(cache, host, config);

  function enterOf(ttl: Duration, vouches: boolean): Enter {
    const name = `${ttl} ${vouches}`;
    const known = enters.get(name);
    if (known !== undefined) return known;
    const rule = cache.rule({
      ttl,
      overrideLifetime: ttl !== NO_EXPIRY,
      key: (request: object) => requests.get(request)?.key,
      ...(vouches && { by: (request: object) => requests.get(request)?.by }),
    });
    const enter = platform.enter(rule);
    // A function may return any number of different times.
    if (enters.size >= MOST_RULES) enters.clear();
    enters.set(name, enter);
    return enter;
  }

  return {
    of(request, asked) {
      if (asked !== undefined) requests.set(request, asked);
      return enterOf(durationOf(asked?.ttl ?? options.ttl ?? 0), asked?.by !== undefined);
    },
    start() {
      platform.start();
      if (config.getVersioning()?.type !== VersioningType.CUSTOM) return;
      throw new ShelflifeError(
        'ERR_OPTION',
        `CacheModule: with custom versioning a URL does not tell which version answers. ` +
          `Use ShelflifeModule and @Cacheable({ vary: [the header that chooses the version] }).`,
      );
    },
  };
}
