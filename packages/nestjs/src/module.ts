import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import {
  APP_GUARD,
  APP_INTERCEPTOR,
  ApplicationConfig,
  DiscoveryModule,
  DiscoveryService,
  HttpAdapterHost,
} from '@nestjs/core';
import { type Cache, type CacheOptions, createCache, createMethods, type Methods } from '@shelflife/core';
import { check } from './check.js';
import { ResponseCacheGuard } from './guard.js';
import { createHandlers, HANDLERS, type Handlers } from './handlers.js';
import { ResponseCacheInterceptor } from './interceptor.js';
import { CACHE, METHODS } from './tokens.js';

/** What a factory may decide: the options of `createCache`, or a cache. */
export interface ShelflifeCacheOptions extends CacheOptions {
  /** A cache made elsewhere, in place of one made here. Whoever made it closes it. */
  readonly cache?: Cache;
}

/** What must be known before the application starts. */
export interface ShelflifeModuleExtras {
  /** Whether `@InjectCache()` and the decorators work in all modules, or only in those that import this one. Default `true`. */
  readonly isGlobal?: boolean;
  /** Whether {@link ResponseCacheInterceptor} is registered for all controllers. Default `true`. */
  readonly interceptor?: boolean;
}

/** Options of {@link ShelflifeModule.forRoot}. */
export type ShelflifeOptions = ShelflifeCacheOptions & ShelflifeModuleExtras;

/** Options of {@link ShelflifeModule.forRootAsync}: one of `useFactory`, `useClass` and `useExisting`. */
export type ShelflifeAsyncOptions = ConfigurableModuleAsyncOptions<
  ShelflifeCacheOptions,
  'createShelflifeOptions'
> &
  ShelflifeModuleExtras;

/** What makes the cache answer for all controllers. */
const FOR_ALL: readonly Provider[] = [
  { provide: APP_GUARD, useExisting: ResponseCacheGuard },
  { provide: APP_INTERCEPTOR, useExisting: ResponseCacheInterceptor },
];

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ShelflifeCacheOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createShelflifeOptions')
    .setExtras<ShelflifeModuleExtras>({}, (definition, { isGlobal = true, interceptor = true }) => ({
      ...definition,
      module: ShelflifeModule,
      global: isGlobal,
      providers: [...(definition.providers ?? []), ...(interceptor ? FOR_ALL : [])],
    }))
    .build();

/**
 * The cache of a Nest application: `imports: [ShelflifeModule.forRoot({ defaults: { ttl: '1m' } })]`. Import it
 * before modules with global interceptors of their own, so that its interceptor is the outermost. It closes the
 * cache it has made when the application shuts down.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: CACHE,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ cache, ...options }: ShelflifeCacheOptions): Cache => cache ?? createCache(options),
    },
    {
      provide: METHODS,
      inject: [CACHE],
      useFactory: (cache: Cache) => createMethods(cache, (problem) => new Logger('Shelflife').warn(problem)),
    },
    { provide: HANDLERS, inject: [CACHE, HttpAdapterHost, ApplicationConfig], useFactory: createHandlers },
    ResponseCacheGuard,
    ResponseCacheInterceptor,
  ],
  exports: [CACHE, METHODS, HANDLERS, ResponseCacheInterceptor],
})
export class ShelflifeModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(CACHE) private readonly cache: Cache,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: ShelflifeCacheOptions,
    @Inject(HANDLERS) private readonly handlers: Handlers,
    @Inject(METHODS) private readonly methods: Methods,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  /** @throws ShelflifeError `ERR_OPTION` when the options are wrong. */
  static forRoot(options: ShelflifeOptions = {}): DynamicModule {
    return ConfigurableModuleClass.forRoot(options);
  }

  /** For options that have to be asked for: `useFactory: (config) => ({ … }), inject: [ConfigService]`. */
  static forRootAsync(options: ShelflifeAsyncOptions): DynamicModule {
    return ConfigurableModuleClass.forRootAsync(options);
  }

  onModuleInit(): void {
    check(this.handlers, this.methods, this.discovery);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.options.cache === undefined) await this.cache.close();
  }
}
