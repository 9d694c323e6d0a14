import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type * as cacheManager from '@nestjs/cache-manager';

/** The module an application imports its cache from. */
export type Library = typeof cacheManager;

/** How often each handler has run. */
export const runs: Map<string, number> = new Map();

function run(name: string): number {
  const count = (runs.get(name) ?? 0) + 1;
  runs.set(name, count);
  return count;
}

/** A response of Express or of Fastify. */
interface Answer {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

/** A small application written for `@nestjs/cache-manager`; only where its names come from is a parameter. */
export function catsOf(library: Library): { readonly controllers: Type[]; readonly providers: Type[] } {
  const { Cache, CACHE_MANAGER, CacheInterceptor, CacheKey, CacheTTL } = library;

  class TenantInterceptor extends CacheInterceptor {
    protected override trackBy(context: ExecutionContext): string | undefined {
      const url = super.trackBy(context) as string | undefined;
      const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
      return url === undefined ? undefined : `${url} ${headers['x-tenant']}`;
    }

    protected override isRequestCacheable(context: ExecutionContext): boolean {
      const { url } = context.switchToHttp().getRequest<{ url: string }>();
      return super.isRequestCacheable(context) && !url.includes('/private');
    }
  }

  @Controller('cats')
  @UseInterceptors(CacheInterceptor)
  class CatsController {
    constructor(@Inject(CACHE_MANAGER) private readonly cache: cacheManager.Cache) {}

    @Get()
    all(@Query('page') page: string): object {
      return { run: run('all'), page };
    }

    @Get('named')
    @CacheKey('the-cats')
    named(): object {
      return { run: run('named') };
    }

    @Get('by-function')
    @CacheKey((context) => context.switchToHttp().getRequest<{ query: { id: string } }>().query.id)
    @CacheTTL(() => 60_000)
    byFunction(): object {
      return { run: run('by-function') };
    }

    @Get('short')
    @CacheTTL(40)
    short(): object {
      return { run: run('short') };
    }

    @Get('missing')
    missing(): never {
      run('missing');
      throw new NotFoundException();
    }

    @Post('forget')
    @HttpCode(204)
    async forget(@Body('keys') keys: string[]): Promise<void> {
      run('forget');
      await this.cache.mdel(keys);
    }
  }

  @Controller('tenants')
  @UseInterceptors(TenantInterceptor)
  class TenantsController {
    @Get(':page')
    page(@Param('page') page: string, @Headers('x-tenant') tenant: string): object {
      return { run: run('tenants'), page, tenant };
    }
  }

  /** What only one of the two gets right. */
  @Controller('answers')
  @UseInterceptors(CacheInterceptor)
  class AnswersController {
    @Get('slow')
    async slow(): Promise<object> {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { run: run('slow') };
    }

    @Get('made')
    made(@Res({ passthrough: true }) res: Answer): string {
      res.status(203);
      res.header('X-Cats', 'many');
      res.header('Content-Type', 'text/csv; charset=utf-8');
      return `run,${run('made')}`;
    }

    @Get('file')
    file(): StreamableFile {
      run('file');
      return new StreamableFile(Buffer.from('a file'));
    }

    @Get('mine')
    mine(@Headers('authorization') user = 'nobody'): object {
      return { run: run('mine'), user };
    }

    @Get('language')
    @Header('Vary', 'Accept-Language')
    language(@Headers('accept-language') language: string): object {
      return { run: run('language'), language };
    }

    @Get('secret')
    @Header('Cache-Control', 'private, no-store')
    secret(): object {
      return { run: run('secret') };
    }

    @Get('session')
    @Header('Set-Cookie', 'id=1')
    session(): object {
      return { run: run('session') };
    }

    @Get('never')
    @CacheTTL(0)
    never(): object {
      return { run: run('never') };
    }
  }

  class CatStore {
    constructor(@Inject(Cache) readonly cache: cacheManager.Cache) {}
  }

  return { controllers: [CatsController, TenantsController, AnswersController], providers: [CatStore] };
}
