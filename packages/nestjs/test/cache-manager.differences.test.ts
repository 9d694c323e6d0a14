import { Controller, type ExecutionContext, Get, Post, UseInterceptors } from '@nestjs/common';
import { describe, expect, test } from 'vitest';
import { CacheInterceptor, CacheModule } from '../src/cache-manager/index.js';
import { PLATFORMS } from './app.js';
import { runs } from './cats.js';
import { minesOf, ours, runOfSecond, startCats, TABLE } from './cats-app.js';

describe.each(TABLE)('where they differ: $name on $platform', ({ library, platform }) => {
  const isOurs = library === ours;

  test('requests at the same time run the handler once', async () => {
    const { get } = await startCats(library, platform);
    const all = await Promise.all(Array.from({ length: 20 }, () => get('/answers/slow')));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    expect(runs.get('slow')).toBe(isOurs ? 1 : 20);
  });

  test('status and fields are kept', async () => {
    const { get } = await startCats(library, platform);
    const first = await get('/answers/made');
    const second = await get('/answers/made');
    expect(second.text).toBe(first.text);
    const { status, headers } = isOurs ? first : { status: 200, headers: {} as Record<string, string> };
    expect([second.status, second.headers['x-cats']]).toEqual([status, headers['x-cats']]);
    expect(second.headers['content-type'] === first.headers['content-type']).toBe(isOurs);
  });

  test('files are cached', async () => {
    const app = await startCats(library, platform);
    const first = await app.get('/answers/file');
    expect((await app.get('/answers/file')).body).toEqual(first.body);
    expect(runs.get('file')).toBe(isOurs ? 1 : 2);
  });

  test.each([
    ['/answers/mine', 'with Authorization', [{ authorization: 'alice' }, { authorization: 'bob' }]],
    ['/answers/language', 'in another language', [{ 'accept-language': 'de' }, { 'accept-language': 'fr' }]],
    ['/answers/secret', 'of what is private', []],
    ['/answers/session', 'of what sets a cookie', []],
    ['/answers/never', 'of what has a @CacheTTL(0)', []],
  ])('%s: a second request, %s, gets its own answer', async (path, _what, headers) => {
    const app = await startCats(library, platform);
    expect(await runOfSecond(app, path, ...headers)).toBe(isOurs ? 2 : 1);
  });
});

class FeaturesModule {
  readonly name = 'features';
}

describe.each(PLATFORMS)('on %s', (platform) => {
  test('what POST changes is invalidated', async () => {
    @Controller('items')
    @UseInterceptors(CacheInterceptor)
    class ItemsController {
      private items = 0;
      @Get()
      count(): object {
        return { run: this.items };
      }
      @Post()
      add(): void {
        this.items++;
      }
    }
    const app = await startCats(ours, platform, CacheModule.register(), [ItemsController]);
    await app.get('/items');
    await app.post('/items');
    expect(await runOfSecond(app, '/items')).toBe(1);
  });

  test('an interceptor that names the user caches for each of them', async () => {
    class UserInterceptor extends CacheInterceptor {
      protected override userOf(context: ExecutionContext): string | undefined {
        return context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers[
          'authorization'
        ];
      }
    }
    const app = await startCats(ours, platform, CacheModule.register(), [minesOf(UserInterceptor)]);
    const [alice, bob] = [{ authorization: 'alice' }, { authorization: 'bob' }];
    expect(await runOfSecond(app, '/mines', alice)).toBe(1);
    expect(await runOfSecond(app, '/mines', bob)).toBe(2);
    expect(await runOfSecond(app, '/mines', alice)).toBe(1);
  });

  test('modules may each have a cache of their own', async () => {
    const modules = [CacheModule.register({ cacheId: 'a' }), CacheModule.register({ cacheId: 'b' })];
    const app = await startCats(ours, platform, {
      module: FeaturesModule,
      imports: modules,
      exports: modules,
    });
    expect(await runOfSecond(app, '/cats')).toBe(1);
  });
});
