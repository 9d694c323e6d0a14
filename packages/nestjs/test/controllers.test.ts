import {
  type CanActivate,
  Controller,
  Delete,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  Param,
  Post,
  Put,
  Scope,
  UseGuards,
  Version,
  VersioningType,
} from '@nestjs/common';
import { of } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  Cacheable,
  CacheEvict,
  CacheRule,
  type HttpRequest,
  NoCache,
  ResponseCacheInterceptor,
} from '../src/index.js';
import { PLATFORMS, startNest, statusOf } from './app.js';

let calls = 0;
let guarded = 0;
beforeEach(() => {
  calls = 0;
  guarded = 0;
});

@Injectable()
class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    guarded++;
    return context.switchToHttp().getRequest<HttpRequest>().headers['x-key'] === 'good';
  }
}

@Controller('items')
class ItemsController {
  @Get('guarded') @UseGuards(Guard) @Cacheable({ ttl: '1m' }) secret(): string {
    return `run ${++calls}`;
  }
  @Get('plain') plain(): string {
    return `run ${++calls}`;
  }
  @Get('never') @Cacheable({ ttl: '1m' }) @NoCache() never(): string {
    return `run ${++calls}`;
  }
  @Get('named') @Cacheable('short') named(): string {
    return `run ${++calls}`;
  }
  @Get(':id') @Cacheable({ ttl: '1m', tags: (req) => [`item:${req.params['id']}`] }) one(): string {
    return `run ${++calls}`;
  }
  @Put(':id') change(@Param('id') id: string): string {
    if (id === '0') throw new Error('on purpose');
    return 'changed';
  }
  @Post()
  @CacheEvict({ tags: (_req, item: { id: string } | undefined) => [`item:${item!.id}`] })
  add(): object {
    return { id: '1' };
  }
  @Delete(':id')
  @NoCache()
  @CacheEvict({ tags: (req) => [`item:${req.params['id']}`], before: true })
  remove(): never {
    throw new Error('on purpose');
  }
}

@Controller('all')
@CacheRule({ ttl: '1m', tags: ['all'] })
class AllController {
  @Get('one') one(): string {
    return `run ${++calls}`;
  }
  @Get('own') @Cacheable({ ttl: '10s' }) own(): string {
    return `run ${++calls}`;
  }
  @Get('not') @NoCache() not(): string {
    return `run ${++calls}`;
  }
  @Post('one') change(): string {
    return 'changed';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  @Get() @Cacheable({ ttl: '1m' }) one(): string {
    return `run ${++calls}`;
  }
}

@Controller('versioned')
class VersionedController {
  @Get() @Version('1') @Cacheable({ ttl: '1m' }) first(): string {
    return 'version 1';
  }
  @Get() @Version('2') @Cacheable({ ttl: '1m' }) second(): string {
    return 'version 2';
  }
}

describe.each(PLATFORMS)('controllers on %s', (platform) => {
  const controllers = [ItemsController, AllController, ScopedController];
  const options = { profiles: { short: { ttl: '5s' } } } as const;

  test('guards run on every hit, and whom they refuse gets nothing from the cache', async () => {
    const { get } = await startNest(platform, { controllers, options });
    const good = { 'X-Key': 'good' };
    expect(statusOf(await get('/items/guarded', good))).toBe('fwd=miss; stored');
    expect(statusOf(await get('/items/guarded', good))).toBe('hit; ttl=60');
    const refused = await get('/items/guarded');
    expect([refused.status, statusOf(refused)]).toEqual([403, undefined]);
    expect([guarded, calls]).toEqual([3, 1]);
  });

  test('only what is decorated is cached, and @NoCache() wins', async () => {
    const { get } = await startNest(platform, { controllers, options });
    for (const path of ['/items/plain', '/items/never', '/all/not']) {
      expect(statusOf(await get(path))).toBeUndefined();
      expect(statusOf(await get(path))).toBeUndefined();
    }
    expect(calls).toBe(6);
  });

  test('a profile is named', async () => {
    const { get } = await startNest(platform, { controllers, options });
    await get('/items/named');
    expect(statusOf(await get('/items/named'))).toBe('hit; ttl=5');
  });

  test('@CacheRule() is for all GET handlers of a class, and what @Cacheable() says itself goes before it', async () => {
    const { get, cache } = await startNest(platform, { controllers, options });
    await get('/all/one');
    await get('/all/own');
    expect(statusOf(await get('/all/one'))).toBe('hit; ttl=60');
    expect(statusOf(await get('/all/own'))).toBe('hit; ttl=10');
    await cache.invalidate({ tags: ['all'] });
    expect(statusOf(await get('/all/own'))).toBe('fwd=miss; stored');
  });

  test.each([
    ['put', '/items/1', '/items/1'],
    ['post', '/all/one', '/all/one'],
  ] as const)('%s %s invalidates its target', async (method, path, page) => {
    const { get, send } = await startNest(platform, { controllers, options });
    await get(page);
    await send(method, path);
    expect(statusOf(await get(page))).toBe('fwd=miss; stored');
  });

  test('an unsafe method that fails invalidates nothing', async () => {
    const { get, send } = await startNest(platform, { controllers, options });
    await get('/items/0');
    await send('put', '/items/0').expect(500);
    expect(statusOf(await get('/items/0'))).toBe('hit; ttl=60');
  });

  test('@CacheEvict() invalidates by request and answer, and with before also when the handler fails', async () => {
    const { get, send } = await startNest(platform, { controllers, options });
    await get('/items/1');
    await get('/items/2');
    await send('post', '/items').expect(201);
    expect(statusOf(await get('/items/1'))).toBe('fwd=miss; stored');
    expect(statusOf(await get('/items/2'))).toBe('hit; ttl=60');
    await send('delete', '/items/2').expect(500);
    expect(statusOf(await get('/items/2'))).toBe('fwd=miss; stored');
  });

  test('a request-scoped controller', async () => {
    const { get } = await startNest(platform, { controllers, options });
    await get('/scoped');
    expect(statusOf(await get('/scoped'))).toBe('hit; ttl=60');
    expect(calls).toBe(1);
  });

  test('a global prefix', async () => {
    const { get, cache } = await startNest(platform, {
      controllers,
      options,
      before: (app) => app.setGlobalPrefix('api'),
    });
    await get('/api/items/1');
    expect(statusOf(await get('/api/items/1'))).toBe('hit; ttl=60');
    await cache.invalidate({ paths: ['/api/items/1'] });
    expect(statusOf(await get('/api/items/1'))).toBe('fwd=miss; stored');
  });

  const versions: readonly [string, (app: INestApplication) => unknown, (v: number) => [string, object]][] = [
    ['URI', (app) => app.enableVersioning({ type: VersioningType.URI }), (v) => [`/v${v}/versioned`, {}]],
    [
      'header',
      (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
      (v) => ['/versioned', { 'X-Version': `${v}` }],
    ],
    [
      'media type',
      (app) => app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' }),
      (v) => ['/versioned', { Accept: `application/json;v=${v}` }],
    ],
  ];
  test.each(versions)('versions by %s are told apart', async (_title, before, ask) => {
    const { get } = await startNest(platform, { controllers: [VersionedController], before });
    for (const status of ['fwd=miss; stored', 'hit; ttl=60'])
      for (const version of [1, 2]) {
        const [path, headers] = ask(version);
        const response = await get(path, headers as Record<string, string>);
        expect([response.text, statusOf(response)]).toEqual([`version ${version}`, status]);
      }
  });

  test('custom versions need a key that holds them', async () => {
    const extractor = (): string => '1';
    const starting = startNest(platform, {
      controllers: [VersionedController],
      before: (app) => app.enableVersioning({ type: VersioningType.CUSTOM, extractor }),
    });
    await expect(starting).rejects.toThrow(/custom versioning/);
  });

  test('other contexts than HTTP are left alone', async () => {
    const { app } = await startNest(platform, { controllers, options });
    const interceptor = app.get(ResponseCacheInterceptor);
    const values: unknown[] = [];
    const context = {
      getType: () => 'graphql',
      getClass: () => ItemsController,
      getHandler: () => Reflect.get(ItemsController.prototype, 'one') as () => void,
      switchToHttp: () => expect.fail('HTTP was touched'),
    };
    interceptor
      .intercept(context as never, { handle: () => of('value') })
      .subscribe((value) => values.push(value));
    expect(values).toEqual(['value']);
  });
});
