import { Controller, Get, type Type, UseInterceptors, Version, VersioningType } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import { firstValueFrom, of } from 'rxjs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createCache } from '@shelflife/core';
import {
  CACHE_MANAGER,
  CacheInterceptor,
  CacheKey,
  CacheModule,
  type CacheModuleOptions,
  CacheTTL,
} from '../src/cache-manager/index.js';
import { Cacheable, ShelflifeModule } from '../src/index.js';
import { PLATFORMS } from './app.js';
import type * as shelflife from '../src/cache-manager/index.js';
import type { Library } from './cats.js';
import { minesOf, ours, runOfSecond, startCats } from './cats-app.js';

test.each([
  [{ stores: [] }, 'createCache({ store })'],
  [{ store: 'redis' }, 'createCache({ store })'],
  [{ max: 5 }, 'maxEntries'],
  [{ ttl: '5m' }, 'expected milliseconds such as 5000'],
  [{ tll: 5 }, 'Known options: ttl,'],
])('%o stops the start, with the way out', async (given, wayOut) => {
  const options = given as CacheModuleOptions;
  for (const module of [
    CacheModule.register(options),
    CacheModule.registerAsync({ useFactory: () => options }),
  ]) {
    const starting = Test.createTestingModule({ imports: [module] }).compile();
    await expect(starting).rejects.toThrow(wayOut);
  }
});

test('without a store the cache has none to show', async () => {
  const { cache } = await startCats(ours);
  expect(() => cache.stores).toThrow('createCache(');
});

test('a cache made elsewhere is used, and left open', async () => {
  const own = createCache({ defaults: { cookies: 'ignore' } });
  const app = await startCats(ours, 'Express', CacheModule.register({ cache: own }));
  expect(await runOfSecond(app, '/cats', { cookie: 'a=1' }, { cookie: 'a=2' })).toBe(1);
  await app.app.close();
  await own.invalidate({ all: true });
});

test('values are copies', async () => {
  const { cache } = await startCats(ours);
  const value = { n: 1 };
  await cache.set('k', value);
  value.n = 2;
  expect(await cache.get('k')).toEqual({ n: 1 });
});

test('times that are no numbers are refused', async () => {
  const { cache } = await startCats(ours);
  await expect(cache.set('k', 1, '5m' as never)).rejects.toThrow('expected milliseconds such as 5000');
  expect(() => CacheTTL('5m' as never)).toThrow('expected milliseconds such as 5000');
});

test('outside of HTTP what a handler with a key returns is cached, and nothing else', async () => {
  class Handlers {
    @CacheKey('answer')
    keyed(): void {}
    plain(): void {}
  }
  const module = await Test.createTestingModule({
    imports: [CacheModule.register()],
    providers: [CacheInterceptor],
  }).compile();
  const interceptor = module.get(CacheInterceptor);
  let calls = 0;
  async function call(name: 'keyed' | 'plain'): Promise<unknown> {
    const context = new ExecutionContextHost([{}, {}], Handlers, Handlers.prototype[name]);
    context.setType('rpc');
    return firstValueFrom(await interceptor.intercept(context, { handle: () => of(++calls) }));
  }
  expect([await call('keyed'), await call('keyed'), await call('plain'), await call('plain')]).toEqual([
    1, 1, 2, 3,
  ]);
  await module.close();
});

class UnitTestModule {
  readonly name = 'unit test';
}

test('without the module, as in a unit test, handlers run', async () => {
  const module = {
    module: UnitTestModule,
    providers: [{ provide: CACHE_MANAGER, useValue: {} }],
    exports: [CACHE_MANAGER],
  };
  const app = await startCats(ours, 'Express', module, [minesOf(CacheInterceptor)], []);
  expect(await runOfSecond(app, '/mines')).toBe(2);
});

test('where the function of @CacheTTL() fails nothing is cached', async () => {
  let count = 0;
  @Controller('timeless')
  @UseInterceptors(CacheInterceptor)
  class TimelessController {
    @Get()
    @CacheTTL(() => Promise.reject(new Error('no')))
    one(): object {
      return { run: ++count };
    }
  }
  const app = await startCats(ours, 'Express', CacheModule.register(), [TimelessController]);
  expect(await runOfSecond(app, '/timeless')).toBe(2);
});

describe('versions', () => {
  @Controller('versions')
  @UseInterceptors(CacheInterceptor)
  class VersionsController {
    @Get()
    @Version('1')
    one(): object {
      return { run: 'one' };
    }
    @Get()
    @Version('2')
    two(): object {
      return { run: 'two' };
    }
  }

  test('by header are told apart', async () => {
    const app = await startCats(ours, 'Express', CacheModule.register(), [VersionsController], [], (nest) =>
      nest.enableVersioning({ type: VersioningType.HEADER, header: 'V' }),
    );
    expect(await runOfSecond(app, '/versions', { v: '1' }, { v: '2' })).toBe('two');
    expect(await runOfSecond(app, '/versions', { v: '1' })).toBe('one');
  });

  test('by a function stop the start', async () => {
    const starting = startCats(ours, 'Express', CacheModule.register(), [VersionsController], [], (nest) =>
      nest.enableVersioning({ type: VersioningType.CUSTOM, extractor: () => '1' }),
    );
    await expect(starting).rejects.toThrow('Use ShelflifeModule');
  });
});

test('an application that changes the import keeps its types', () => {
  type Names = Exclude<keyof Library, 'CacheModule' | 'CacheInterceptor'>;
  type Module = Pick<Library['CacheModule'], 'register' | 'registerAsync'>;
  expectTypeOf<typeof shelflife>().toExtend<Pick<Library, Names>>();
  expectTypeOf<typeof CacheModule>().toExtend<Module>();
});

test('both modules may share one cache', async () => {
  const cache = createCache({ defaults: { ttl: '1m' } });
  const imports = [ShelflifeModule.forRoot({ cache }), CacheModule.register({ cache })];
  for (const platform of PLATFORMS) {
    const app = await startCats(ours, platform, { module: UnitTestModule, imports, exports: imports }, [
      minesOf(CacheInterceptor),
      moved(),
    ]);
    expect(await runOfSecond(app, '/mines')).toBe(1);
    expect(await runOfSecond(app, '/moved')).toBe(1);
    await app.cache.clear();
    expect((await app.get('/moved')).body).toEqual({ run: 2 });
  }
});

function moved(): Type {
  let count = 0;
  @Controller('moved')
  @UseInterceptors(CacheInterceptor)
  class MovedController {
    @Get()
    @Cacheable()
    one(): object {
      return { run: ++count };
    }
  }
  return MovedController;
}
