import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { type Cache as ShelflifeCache, createCache } from '@shelflife/core';
import { Cache } from './cache.js';
import { createManager } from './manager.js';
import {
  type CacheModuleAsyncOptions,
  type CacheModuleExtras,
  type CacheModuleOptions,
  type CacheOptions,
  checkOptions,
} from './options.js';
import { createResponses, RESPONSES, type Responses } from './responses.js';
import { BEHIND, CACHE_MANAGER, OPTIONS } from './tokens.js';

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<CacheOptions>({
  optionsInjectionToken: OPTIONS,
})
  .setFactoryMethodName('createCacheOptions')
  .setExtras<CacheModuleExtras>({}, (definition, { isGlobal = false, extraProviders = [] }) => ({
    ...definition,
    module: CacheModule,
    global: isGlobal,
    providers: [...(definition.providers ?? []), ...extraProviders],
  }))
  .build();

/** The module of `@nestjs/cache-manager`, on a cache of Shelflife: `imports: [CacheModule.register({ ttl: 5000 })]`. */
@Module({
  providers: [
    {
      provide: BEHIND,
      inject: [OPTIONS],
      useFactory(options: CacheOptions): ShelflifeCache {
        checkOptions(options);
        return options.cache ?? createCache();
      },
    },
    { provide: CACHE_MANAGER, inject: [BEHIND, OPTIONS], useFactory: createManager },
    { provide: Cache, useExisting: CACHE_MANAGER },
    {
      provide: RESPONSES,
      inject: [BEHIND, OPTIONS, HttpAdapterHost, ApplicationConfig],
      useFactory: createResponses,
    },
  ],
  exports: [CACHE_MANAGER, Cache, RESPONSES],
})
export class CacheModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(BEHIND) private readonly cache: ShelflifeCache,
    @Inject(OPTIONS) private readonly options: CacheOptions,
    @Inject(RESPONSES) private readonly responses: Responses,
  ) {}

  static register(options: CacheModuleOptions = {}): DynamicModule {
    return ConfigurableModuleClass.register(options);
  }

  /** For options that have to be asked for: `useFactory: (config) => ({ … }), inject: [ConfigService]`. */
  static registerAsync(options: CacheModuleAsyncOptions): DynamicModule {
    return ConfigurableModuleClass.registerAsync(options);
  }

  onModuleInit(): void {
    this.responses.start();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.options.cache === undefined) await this.cache.close();
  }
}
