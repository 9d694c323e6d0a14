import 'reflect-metadata';
import { inspect } from 'node:util';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Logger,
  Module,
  Scope,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Cache, createCache } from '@shelflife/core';
import { fakeClock, gate } from '@shelflife/core/testing';
import { Cacheable, CacheEvict, CachePut, CacheRule, ShelflifeModule } from '../src/index.js';
import { startNest } from './app.js';

let runs: string[] = [];
const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
beforeEach(() => {
  runs = [];
});
afterEach(() => {
  warn.mockClear();
});

interface Product {
  readonly id: string;
  readonly brand: string;
}

class Money {
  constructor(readonly amount: number) {}
}

let hold = gate();

abstract class Base {
  @Cacheable({ ttl: '1m' }) async inherited(id: string): Promise<string> {
    runs.push(id);
    return `${this.constructor.name} ${id}`;
  }
}

@Injectable()
class ProductService extends Base {
  readonly #prefix = 'run';

  @SetMetadata('below', 1)
  @Cacheable({ ttl: '1m' })
  @SetMetadata('above', 2)
  async find(...args: readonly unknown[]): Promise<object> {
    runs.push(`${this.#prefix} ${args.length}`);
    return { run: runs.length };
  }

  @Cacheable({
    ttl: '1m',
    key: ([id]: [string]) => ['product', id],
    tags: ([id]: [string], p: Product) => [`product:${id}`, `brand:${p.brand}`],
  })
  async one(id: string): Promise<Product> {
    runs.push(id);
    return { id, brand: 'acme' };
  }

  @CachePut({ ttl: '1m', key: (_args: [Product], saved: Product) => ['product', saved.id] })
  @CacheEvict({ tags: ([product]: [Product]) => [`brand:${product.brand}`] })
  async save(product: Product): Promise<Product> {
    runs.push('save');
    return { ...product, brand: `${product.brand}!` };
  }

  @CachePut({ ttl: '1m', key: ([id]: [string]) => ['product', id], tags: ['shop'] })
  async saveSlowly(id: string): Promise<Product> {
    const read = { id, brand: 'read before' };
    await hold.opened;
    return read;
  }

  @CacheEvict({ keys: ([id]: [string]) => [['product', id]] }) async remove(id: string): Promise<void> {
    if (id === 'bad') throw new Error('on purpose');
  }

  @CacheEvict({ all: true, before: true }) async fail(): Promise<never> {
    throw new Error('on purpose');
  }

  @Cacheable({ ttl: '1m' }) async slow(id: string): Promise<string> {
    runs.push(id);
    await hold.opened;
    return id;
  }

  @Cacheable({ ttl: '1m' }) async nothing(): Promise<null> {
    runs.push('null');
    return null;
  }

  @Cacheable({ ttl: '1m' }) async instance(): Promise<Money> {
    runs.push('instance');
    return new Money(1);
  }

  @Cacheable({ ttl: '1m' }) async failing(): Promise<never> {
    runs.push('failing');
    throw new Error('on purpose');
  }
}

async function start<T>(
  type: Type<T>,
  options = {},
): Promise<{ service: T; cache: Cache; advance: (ms: number) => void }> {
  const clock = fakeClock();
  const cache = createCache({ clock, ...options });
  const module = await Test.createTestingModule({
    imports: [ShelflifeModule.forRoot({ cache })],
    providers: [type],
  }).compile();
  await module.init();
  onTestFinished(async () => {
    await module.close();
    await cache.close();
  });
  return { service: module.get(type), cache, advance: (ms) => clock.advance(ms) };
}

describe('@Cacheable() on a method of a provider', () => {
  test('the value is kept by the arguments, as long as the rule says', async () => {
    const { service, advance } = await start(ProductService);
    expect([await service.find(1), await service.find(1), await service.find(2)]).toEqual([
      { run: 1 },
      { run: 1 },
      { run: 2 },
    ]);
    advance(61_000);
    expect(await service.find(1)).toEqual({ run: 3 });
  });

  const pairs: readonly [unknown[], unknown[], boolean][] = [
    [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }], true],
    [[new Date(5)], [new Date(5)], true],
    [[new Map([[1, { a: 1 }]])], [new Map([[1, { a: 1 }]])], true],
    [[1], ['1'], false],
    [[null], [undefined], false],
    [[undefined], [], false],
    [['a', 'b'], ['a,b'], false],
    [[['a'], 'b'], [['a', 'b']], false],
    [['[1]'], [[1]], false],
    [[1n], [1], false],
    [[new Date(5)], [5], false],
    [[Buffer.from('a')], [new Uint8Array([98])], false],
    [[{ a: undefined }], [{ a: 'undefined' }], false],
  ];
  test.each(
    pairs.map(([first, second, same]) => [inspect(first), inspect(second), same, first, second] as const),
  )('%s and %s have the same value: %s', async (_first, _second, same, first, second) => {
    const { service } = await start(ProductService);
    await service.find(...first);
    await service.find(...second);
    expect(runs.length).toBe(same ? 1 : 2);
  });

  test.each<[string, unknown]>([
    ['an instance of a class', new Money(1)],
    ['a function', () => 1],
    ['a cycle', Object.assign([] as unknown[], { 0: undefined })],
  ])('an argument that is %s', async (title, argument) => {
    if (title === 'a cycle') (argument as unknown[])[0] = argument;
    const { service } = await start(ProductService);
    await service.find(argument);
    await service.find(argument);
    expect(runs.length).toBe(2);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/ProductService\.find\(\) is not cached: .*Give a key/),
    );
  });

  test('tags are made of the arguments and the result', async () => {
    const { service, cache } = await start(ProductService);
    for (const tag of ['product:1', 'brand:acme']) {
      await service.one('1');
      await cache.invalidate({ tags: [tag] });
    }
    await service.one('1');
    expect(runs).toEqual(['1', '1', '1']);
  });

  test('calls at the same time share one', async () => {
    hold = gate();
    const { service } = await start(ProductService);
    const all = Array.from({ length: 20 }, () => service.slow('a'));
    hold.open();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['a']));
    expect(runs).toEqual(['a']);
  });

  test('null is a value; an error is not', async () => {
    const { service } = await start(ProductService);
    expect([await service.nothing(), await service.nothing()]).toEqual([null, null]);
    await expect(service.failing()).rejects.toThrow('on purpose');
    await expect(service.failing()).rejects.toThrow('on purpose');
    expect(runs).toEqual(['null', 'failing', 'failing']);
  });

  test('instances of classes are not stored: they would come back without their class', async () => {
    const { service } = await start(ProductService);
    expect([await service.instance(), await service.instance()]).toEqual([new Money(1), new Money(1)]);
    expect(runs.length).toBe(2);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('Return plain data'));
  });

  test('subclasses of one class keep to their own values', async () => {
    @Injectable()
    class OtherService extends Base {}
    const cache = createCache();
    const module = await Test.createTestingModule({
      imports: [ShelflifeModule.forRoot({ cache })],
      providers: [ProductService, OtherService],
    }).compile();
    expect(await module.get(ProductService).inherited('1')).toBe('ProductService 1');
    expect(await module.get(OtherService).inherited('1')).toBe('OtherService 1');
    await module.close();
  });

  test('name, length and the metadata of other decorators are still there', () => {
    const find = Reflect.get(ProductService.prototype, 'find') as () => void;
    expect([find.name, Reflect.getMetadata('below', find), Reflect.getMetadata('above', find)]).toEqual([
      'find',
      1,
      2,
    ]);
  });

  test('without a module, as in a unit test, the method runs as it is', async () => {
    const service = new ProductService();
    expect([await service.find(1), await service.find(1)]).toEqual([{ run: 1 }, { run: 2 }]);
  });

  test('on what a factory has made', async () => {
    const cache = createCache();
    const module = await Test.createTestingModule({
      imports: [ShelflifeModule.forRoot({ cache })],
      providers: [{ provide: 'made', useFactory: () => new ProductService() }],
    }).compile();
    await module.init();
    const service = module.get<ProductService>('made');
    expect([await service.find(1), await service.find(1)]).toEqual([{ run: 1 }, { run: 1 }]);
    await module.close();
  });

  test('on a request-scoped provider; the key may look at it', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class TenantService {
      constructor(@Inject(REQUEST) readonly request: { headers: Record<string, string> }) {}

      @Cacheable({
        ttl: '1m',
        key(this: TenantService, [id]: [string]) {
          return [this.request.headers['x-tenant']!, id];
        },
      })
      async of(id: string): Promise<object> {
        runs.push(id);
        return { tenant: this.request.headers['x-tenant'], run: runs.length };
      }
    }
    @Controller()
    class TenantController {
      constructor(@Inject(TenantService) readonly service: TenantService) {}
      @Get() get(): Promise<object> {
        return this.service.of('1');
      }
    }
    const { get } = await startNest('Express', {
      controllers: [TenantController],
      providers: [TenantService],
    });
    const seen = [];
    for (const tenant of ['a', 'b', 'a']) seen.push((await get('/', { 'X-Tenant': tenant })).body as object);
    expect(seen).toEqual([
      { tenant: 'a', run: 1 },
      { tenant: 'b', run: 2 },
      { tenant: 'a', run: 1 },
    ]);
  });

  test('@CacheRule() on the class is what its methods start from', async () => {
    @Injectable()
    @CacheRule({ ttl: '5s', tags: ['shared'] })
    class RuledService {
      @Cacheable() async one(): Promise<number> {
        return runs.push('one');
      }
      async other(): Promise<number> {
        return runs.push('other');
      }
    }
    const { service, cache, advance } = await start(RuledService);
    expect([await service.one(), await service.one(), await service.other(), await service.other()]).toEqual([
      1, 1, 2, 3,
    ]);
    await cache.invalidate({ tags: ['shared'] });
    expect(await service.one()).toBe(4);
    advance(6000);
    expect(await service.one()).toBe(5);
  });

  test.each<[string, object, RegExp]>([
    ['without a ttl', {}, /WrongService\.one: how long is a value fresh/],
    [
      'with an option for handlers',
      { ttl: '1m', vary: ['accept'] },
      /WrongService\.one\.vary: unknown option/,
    ],
    ['with a wrong ttl', { ttl: 5 }, /rule\.ttl/],
  ])('%s it is an error at start', async (_title, rule, message) => {
    class WrongService {
      async one(): Promise<void> {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(WrongService.prototype, 'one')!;
    Cacheable(rule)(WrongService.prototype, 'one', descriptor);
    Object.defineProperty(WrongService.prototype, 'one', descriptor);
    Injectable()(WrongService);
    await expect(start(WrongService)).rejects.toThrow(message);
  });

  test('two classes of one name do not share values', async () => {
    const make = (): Type<ProductService> => {
      @Injectable()
      class Same extends ProductService {}
      return Same;
    };
    const [First, Second] = [make(), make()];
    @Module({ providers: [First], exports: [First] })
    class FirstModule {}
    const module = await Test.createTestingModule({
      imports: [ShelflifeModule.forRoot(), FirstModule],
      providers: [Second],
    }).compile();
    await module.get(First).find(1);
    await module.get(Second).find(1);
    expect(runs.length).toBe(2);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('another class of this name'));
    await module.close();
  });
});

describe('@CachePut() and @CacheEvict() on a method of a provider', () => {
  test('@CachePut() always runs, and what it returns is read under the key', async () => {
    const { service } = await start(ProductService);
    await service.one('1');
    await service.save({ id: '1', brand: 'other' });
    await service.save({ id: '1', brand: 'new' });
    expect(await service.one('1')).toEqual({ id: '1', brand: 'new!' });
    expect(runs).toEqual(['1', 'save', 'save']);
  });

  test.each([{ tags: ['shop'] }, { keys: [['product', '1']] }, { all: true as const }])(
    '@CachePut() does not store what %j has invalidated while it ran',
    async (target) => {
      hold = gate();
      const { service, cache } = await start(ProductService);
      const saving = service.saveSlowly('1');
      await cache.invalidate(target);
      hold.open();
      expect(await saving).toEqual({ id: '1', brand: 'read before' });
      expect(await service.one('1')).toEqual({ id: '1', brand: 'acme' });
    },
  );

  test('@CacheEvict() invalidates when the method succeeded', async () => {
    const { service } = await start(ProductService);
    await service.one('1');
    await service.one('bad');
    await service.remove('1');
    await expect(service.remove('bad')).rejects.toThrow('on purpose');
    await service.one('1');
    await service.one('bad');
    expect(runs).toEqual(['1', 'bad', '1']);
  });

  test('before: true invalidates also when it fails', async () => {
    const { service } = await start(ProductService);
    await service.one('1');
    await expect(service.fail()).rejects.toThrow('on purpose');
    await service.one('1');
    expect(runs).toEqual(['1', '1']);
  });
});
