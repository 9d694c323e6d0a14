import type { INestApplication } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { type Cache, ShelflifeError } from '@shelflife/core';
import { accelerateExpress, type AccelerateOptions, accelerateServer } from '@shelflife/core/node';
import { ResponseCacheGuard } from './guard.js';
import { CACHE } from './tokens.js';

/** Options of {@link accelerate}. */
export interface NestAccelerateOptions extends AccelerateOptions {
  /** The cache, when it is not the one of `ShelflifeModule`. */
  readonly cache?: Cache;
  /** True when no route with `ahead` needs the guards of the whole application. Default `false`. */
  readonly pastGuards?: boolean;
}

/**
 * Answers fresh hits of handlers with `@Cacheable({ ahead: true })` below Nest, before middleware, guards,
 * interceptors and filters, on Express and on Fastify. Call it after `app.init()`, or instead of it before `app.listen()`.
 *
 * @throws ShelflifeError `ERR_OPTION` when guards of the whole application would be gone past.
 */
export async function accelerate(app: INestApplication, options: NestAccelerateOptions = {}): Promise<void> {
  await app.init();
  const config = app.get(ApplicationConfig);
  const guards = [...config.getGlobalGuards(), ...config.getGlobalRequestGuards()];
  const isOther = (guard: unknown): boolean => !(guard instanceof ResponseCacheGuard);
  if (guards.some(isOther) && options.pastGuards !== true)
    throw new ShelflifeError(
      'ERR_OPTION',
      'accelerate(): guards of the whole application would not run. Write { pastGuards: true } if that is meant.',
    );
  const cache = options.cache ?? app.get<Cache>(CACHE, { strict: false });
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'express') accelerateExpress(adapter.getInstance(), cache, options);
  else accelerateServer(adapter.getHttpServer(), cache, options);
}
