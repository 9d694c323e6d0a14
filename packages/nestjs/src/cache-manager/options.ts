import type { ConfigurableModuleAsyncOptions, Provider } from '@nestjs/common';
import { type Cache, ShelflifeError } from '@shelflife/core';
import { durationOf } from './ttl.js';

/** Options of the cache. */
export interface CacheOptions {
  /** How long what is cached is fresh: milliseconds. Default `0`: it does not expire. */
  readonly ttl?: number;
  /** `wrap()` refreshes a value in the background when it is fresh for less than this: milliseconds. Default: never. */
  readonly refreshThreshold?: number;
  /** What `cacheId()` returns. Default: a name of its own. */
  readonly cacheId?: string;
  /** A cache of `createCache()`, with a memory limit, a store or defaults of its own. Whoever made it closes it. */
  readonly cache?: Cache;
  /** Without meaning here: there are no stores that could block. */
  readonly nonBlocking?: boolean;
  /** Without meaning here. */
  readonly refreshAllStores?: boolean;
  /** Without meaning here: nothing else is in the memory of this cache. */
  readonly namespace?: string;
}

/** What `@nestjs/cache-manager` calls {@link CacheOptions}. */
export type CacheManagerOptions = CacheOptions;

/** What must be known before the application starts. */
export interface CacheModuleExtras {
  /** Whether the cache is there for all modules. Default `false`: for those that import this one. */
  readonly isGlobal?: boolean;
  /** More providers for this module, for `useFactory` to inject. */
  readonly extraProviders?: readonly Provider[];
}

/** Options of `CacheModule.register`. */
export type CacheModuleOptions = CacheOptions & Pick<CacheModuleExtras, 'isGlobal'>;

/** What a class for `useClass` or `useExisting` implements. */
export interface CacheOptionsFactory {
  createCacheOptions(): Promise<CacheOptions> | CacheOptions;
}

/** Options of `CacheModule.registerAsync`: one of `useFactory`, `useClass` and `useExisting`. */
export type CacheModuleAsyncOptions = ConfigurableModuleAsyncOptions<CacheOptions, 'createCacheOptions'> &
  CacheModuleExtras;

const KNOWN: ReadonlySet<string> = new Set<keyof CacheOptions | 'isGlobal'>([
  'ttl',
  'refreshThreshold',
  'cacheId',
  'cache',
  'nonBlocking',
  'refreshAllStores',
  'namespace',
  'isGlobal',
]);

const STORES = `Leave it out to cache in memory. For a second tier give CacheModule { cache: createCache({ store }) }.`;

const WAYS_OUT: Readonly<Record<string, string>> = {
  stores: STORES,
  store: STORES,
  max: `Give CacheModule { cache: createCache({ memory: { maxEntries: 1000 } }) }.`,
};

/** @throws ShelflifeError `ERR_OPTION` for what cannot be had here, with what can be had in its place. */
export function checkOptions(options: CacheOptions): void {
  durationOf(options.ttl ?? 0);
  for (const [name, value] of Object.entries(options)) {
    if (KNOWN.has(name) || value === undefined) continue;
    const wayOut = WAYS_OUT[name] ?? `Known options: ${[...KNOWN].join(', ')}.`;
    throw new ShelflifeError('ERR_OPTION', `CacheModule: there is no option '${name}' here. ${wayOut}`);
  }
}
