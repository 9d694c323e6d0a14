import type { INestApplication } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { type Cache, ShelflifeError } from '@shelflife/core';
import { accelerateExpress, type AccelerateOptions } from '@shelflife/core/node';
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
 * interceptors and filters. For Nest on Express; call it after `app.init()`, or instead of it before `app.listen()`.
 * On Fastify hits are answered in the handler's place as always, which costs little there.
 *
 * @throws ShelflifeError `ERR_OPTION` on another platform, and when guards of the whole application would be gone past.
 */
export async function accelerate(app: INestApplication, options: NestAccelerateOptions = {}): Promise<void> {
  await app.init();
  const adapter = app.getHttpAdapter();
  if (adapter.getType() !== 'express')
    throw problem(`it is for Nest on Express, got Nest on '${adapter.getType()}'. Leave it out.`);
  const config = app.get(ApplicationConfig);
  const guards = [...config.getGlobalGuards(), ...config.getGlobalRequestGuards()];
  if (guards.length > 0 && options.pastGuards !== true)
    throw problem(
      'guards of the whole application would not run. Write { pastGuards: true } if that is meant.',
    );
  accelerateExpress(
    adapter.getInstance(),
    options.cache ?? app.get<Cache>(CACHE, { strict: false }),
    options,
  );
}

function problem(text: string): ShelflifeError {
  return new ShelflifeError('ERR_OPTION', `accelerate(): ${text}`);
}
