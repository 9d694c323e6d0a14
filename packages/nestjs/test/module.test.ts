import compress from '@fastify/compress';
import { Controller, Get, Injectable, type INestApplication, Module, UseInterceptors } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import compression from 'compression';
import { describe, expect, test } from 'vitest';
import { type Cache, createCache } from '@shelflife/core';
import {
  CACHE,
  Cacheable,
  CachePut,
  InjectCache,
  ResponseCacheInterceptor,
  ShelflifeModule,
} from '../src/index.js';
import { PLATFORMS, type PlatformName, startNest, statusOf } from './app.js';

@Injectable()
class Holder {
  constructor(@InjectCache() readonly cache: Cache) {}
}

@Module({ providers: [Holder], exports: [Holder] })
class Feature {}

@Controller()
class PageController {
  @Get('page') @Cacheable({ ttl: '1m' }) page(): string {
    return 'text '.repeat(1000);
  }
}

@Controller('own')
@UseInterceptors(ResponseCacheInterceptor)
class OwnController {
  @Get() @Cacheable({ ttl: '1m' }) page(): string {
    return 'page';
  }
}

async function closed(cache: Cache): Promise<boolean> {
  return cache.invalidate({ all: true }).then(
    () => false,
    () => true,
  );
}

describe('ShelflifeModule', () => {
  test('forRoot() makes a cache of its options, gives it to all modules and closes it at shutdown', async () => {
    const module = await Test.createTestingModule({
      imports: [ShelflifeModule.forRoot({ name: 'shop' }), Feature],
    }).compile();
    const app = await module.createNestApplication().init();
    const { cache } = app.get(Holder);
    expect(cache).toBe(app.get(CACHE));
    expect(await closed(cache)).toBe(false);
    await app.close();
    expect(await closed(cache)).toBe(true);
  });

  test('forRootAsync() asks a factory', async () => {
    const CONFIG = Symbol('config');
    @Module({ providers: [{ provide: CONFIG, useValue: '30s' }], exports: [CONFIG] })
    class ConfigModule {}
    const module = await Test.createTestingModule({
      imports: [
        ShelflifeModule.forRootAsync({
          imports: [ConfigModule],
          inject: [CONFIG],
          useFactory: async (ttl: '30s') => ({ defaults: { ttl } }),
        }),
      ],
    }).compile();
    expect(module.get<Cache>(CACHE).rule().ttl).toBe(30_000);
    await module.close();
  });

  test('a cache that was made elsewhere is not closed', async () => {
    const cache = createCache();
    const module = await Test.createTestingModule({
      imports: [ShelflifeModule.forRoot({ cache })],
    }).compile();
    await module.init();
    await module.close();
    expect(await closed(cache)).toBe(false);
    await cache.close();
  });

  test('with isGlobal: false only modules that import it have the cache', async () => {
    const imports = [ShelflifeModule.forRoot({ isGlobal: false }), Feature];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toThrow(/shelflife\.cache/);
  });

  test.each<[string, () => unknown]>([
    ['an unknown option', () => ShelflifeModule.forRoot({ nmae: 'x' } as never)],
    ['a wrong profile', () => ShelflifeModule.forRoot({ profiles: { a: { ttl: '5 minutes' as '5m' } } })],
  ])('%s is an error at start', async (_title, module) => {
    await expect(Test.createTestingModule({ imports: [module() as never] }).compile()).rejects.toThrow(
      /ERR_OPTION|expected|unknown/,
    );
  });

  test.each<[string, MethodDecorator, RegExp]>([
    ['a wrong rule', Cacheable({ ttl: '5 minutes' } as object), /rule\.ttl/],
    ['a profile that is not there', Cacheable('missing'), /no profile 'missing'/],
    [
      '@CachePut()',
      CachePut({ key: () => 'x' }),
      /WrongController\.page: @CachePut\(\) is for methods of providers/,
    ],
  ])('%s on a handler is an error at start', async (_title, decorator, message) => {
    class WrongController {
      page(): void {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(WrongController.prototype, 'page')!;
    decorator(WrongController.prototype, 'page', descriptor);
    Get()(WrongController.prototype, 'page', descriptor);
    Object.defineProperty(WrongController.prototype, 'page', descriptor);
    Controller()(WrongController);
    const module = await Test.createTestingModule({
      imports: [ShelflifeModule.forRoot()],
      controllers: [WrongController],
    }).compile();
    await expect(module.createNestApplication({ logger: false }).init()).rejects.toThrow(message);
  });
});

describe.each(PLATFORMS)('ShelflifeModule on %s', (platform) => {
  test('with interceptor: false the interceptor works where it is named', async () => {
    const { get } = await startNest(platform, {
      controllers: [OwnController, PageController],
      options: { interceptor: false },
    });
    await get('/own');
    expect(statusOf(await get('/own'))).toBe('hit; ttl=60');
    expect(statusOf(await get('/page'))).toBeUndefined();
  });

  test('two applications in one process keep to their own caches', async () => {
    const apps = [await startNest(platform, { controllers: [PageController] })];
    apps.push(await startNest(platform, { controllers: [PageController] }));
    for (const { get } of apps) expect(statusOf(await get('/page'))).toBe('fwd=miss; stored');
    await apps[0]!.cache.invalidate({ all: true });
    expect(statusOf(await apps[0]!.get('/page'))).toBe('fwd=miss; stored');
    expect(statusOf(await apps[1]!.get('/page'))).toBe('hit; ttl=60');
  });

  test('what is stored is not compressed, and everybody gets the coding he accepts', async () => {
    const { get } = await startNest(platform, {
      controllers: [PageController],
      before: (app) => compressing(platform, app),
    });
    const ask = (
      coding: string,
    ): Promise<{ status: string | undefined; coding: string | undefined; text: string }> =>
      get('/page', { 'Accept-Encoding': coding }).then((response) => ({
        status: statusOf(response),
        coding: response.headers['content-encoding'],
        text: response.text,
      }));
    const text = 'text '.repeat(1000);
    expect(await ask('gzip')).toEqual({ status: 'fwd=miss; stored', coding: 'gzip', text });
    expect(await ask('identity')).toEqual({ status: 'hit; ttl=60', coding: undefined, text });
    expect(await ask('gzip')).toEqual({ status: 'hit; ttl=60', coding: 'gzip', text });
  });
});

async function compressing(platform: PlatformName, app: INestApplication): Promise<void> {
  if (platform === 'Express') (app as NestExpressApplication).use(compression());
  else await (app as unknown as NestFastifyApplication).register(compress as never);
}
