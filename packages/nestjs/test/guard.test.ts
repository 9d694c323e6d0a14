import 'reflect-metadata';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  HttpCode,
  type NestInterceptor,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Cacheable, ResponseCacheInterceptor } from '../src/index.js';
import { PLATFORMS, startNest, statusOf } from './app.js';

let refuses = false;
let guarded = 0;
let intercepted = 0;

class Bouncer implements CanActivate {
  canActivate(): boolean {
    guarded++;
    return !refuses;
  }
}

class Watching implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    intercepted++;
    return next.handle();
  }
}

@Controller()
class Pages {
  @Get('plain')
  @HttpCode(203)
  @Cacheable({ ttl: '1m' })
  plain(): string {
    return 'plain';
  }

  @Get('field')
  @Header('X-Field', 'kept')
  @Cacheable({ ttl: '1m' })
  field(): string {
    return 'field';
  }

  @Get('guarded')
  @UseGuards(Bouncer)
  @Cacheable({ ttl: '1m' })
  guarded(): string {
    return 'guarded';
  }
}

/** Counts the calls that reach the interceptor: a hit that was answered by the guard does not. */
function reached(): () => number {
  const spy = vi.spyOn(ResponseCacheInterceptor.prototype, 'intercept');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.length;
}

describe.each(PLATFORMS)('Nest on %s: hits before interceptors', (platform) => {
  test('are those of a handler for which nothing comes in between', async () => {
    const calls = reached();
    const { get } = await startNest(platform, { controllers: [Pages] });
    // The first fills, the second says where the answer is.
    const [, second, third] = [await get('/plain'), await get('/plain'), await get('/plain')];
    expect(calls()).toBe(2);
    expect([third.status, third.text, statusOf(third)]).toEqual([203, 'plain', 'hit; ttl=60']);
    expect(third.headers).toEqual({ ...second.headers, date: third.headers['date'] });
  });

  test('are none where Nest sets fields first', async () => {
    const calls = reached();
    const { get } = await startNest(platform, { controllers: [Pages] });
    for (let count = 1; count <= 4; count++) expect((await get('/field')).headers['x-field']).toBe('kept');
    expect(calls()).toBe(4);
  });

  test.each(['provided', 'used', 'of the handler'])(
    'a guard that is %s runs for each of them',
    async (how) => {
      guarded = 0;
      const path = how === 'of the handler' ? '/guarded' : '/plain';
      const { get } = await startNest(platform, {
        controllers: [Pages],
        providers: how === 'provided' ? [{ provide: APP_GUARD, useClass: Bouncer }] : [],
        before: (app) => how === 'used' && app.useGlobalGuards(new Bouncer()),
      });
      for (let count = 1; count <= 4; count++) {
        await get(path).expect(path === '/plain' ? 203 : 200);
        expect(guarded).toBe(count);
      }
      refuses = true;
      onTestFinished(() => void (refuses = false));
      await get(path).expect(403);
    },
  );

  test('interceptors that come first still see requests', async () => {
    intercepted = 0;
    const { get } = await startNest(platform, {
      controllers: [Pages],
      // Those of the root module come before those of the modules it imports.
      providers: [{ provide: APP_INTERCEPTOR, useClass: Watching }],
    });
    for (let count = 1; count <= 4; count++) {
      await get('/plain').expect(203);
      expect(intercepted).toBe(count);
    }
  });
});
