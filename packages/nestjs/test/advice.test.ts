import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type NestInterceptor,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cacheable } from '../src/index.js';
import { PLATFORMS, startNest, statusOf } from './app.js';

function signIn(context: ExecutionContext): void {
  Object.assign(context.switchToHttp().getRequest<object>(), { user: { name: 'alice' } });
}

class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    signIn(context);
    return true;
  }
}

class Interceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    signIn(context);
    return next.handle();
  }
}

@Controller()
class HelloController {
  @Get('guarded') @UseGuards(Guard) @Cacheable({ ttl: '1m' }) guarded(): string {
    return 'hello';
  }
  @Get('intercepted') @UseInterceptors(Interceptor) @Cacheable({ ttl: '1m' }) intercepted(): string {
    return 'hello';
  }
}

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockReturnValue());
afterEach(() => void vi.restoreAllMocks());

describe.each(PLATFORMS)('Nest on %s: authentication', (platform) => {
  async function ask(path: string): Promise<readonly (string | undefined)[]> {
    const { cache, get } = await startNest(platform, { controllers: [HelloController] });
    const advised: string[] = [];
    cache.on('advice', ({ code }) => advised.push(code));
    return [statusOf(await get(path)), statusOf(await get(path)), ...advised];
  }

  test('in a guard runs before the cache', async () => {
    expect(await ask('/guarded')).toEqual(['fwd=miss; stored', 'hit; ttl=60']);
  });

  test('U07 in an interceptor runs behind it: nothing is stored, and the advice is given', async () => {
    const refused = 'fwd=miss; detail=AFTER-AUTH';
    expect(await ask('/intercepted')).toEqual([refused, refused, 'AFTER-AUTH']);
  });
});
