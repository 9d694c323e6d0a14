import 'reflect-metadata';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import { type Cache, createCache } from '@shelflife/core';
import { type FakeClock, fakeClock } from '@shelflife/core/testing';
import { ShelflifeModule, type ShelflifeOptions } from '../src/index.js';

export type PlatformName = 'Express' | 'Fastify';

/** For `describe.each`. */
export const PLATFORMS: readonly PlatformName[] = ['Express', 'Fastify'];

export interface NestApp {
  readonly app: INestApplication;
  readonly cache: Cache;
  readonly clock: FakeClock;
  readonly get: (path: string, headers?: Record<string, string>) => request.Test;
  readonly send: (method: 'post' | 'put' | 'patch' | 'delete', path: string) => request.Test;
}

export interface Setup extends ModuleMetadata {
  readonly options?: Omit<ShelflifeOptions, 'cache' | 'clock'>;
  /** Runs before the application starts: prefixes, versions, plugins. */
  readonly before?: (app: INestApplication) => unknown;
}

/** Starts a Nest application with the module and a fake clock. It is closed when the test ends. */
export async function startNest(platform: PlatformName, setup: Setup): Promise<NestApp> {
  const { options, before, imports = [], ...metadata } = setup;
  const clock = fakeClock();
  const cache = createCache({ clock, ...withoutExtras(options) });
  const { isGlobal, interceptor } = options ?? {};
  const extras = {
    ...(isGlobal !== undefined && { isGlobal }),
    ...(interceptor !== undefined && { interceptor }),
  };
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [ShelflifeModule.forRoot({ cache, ...extras }), ...imports],
  }).compile();
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = module.createNestApplication(adapter as ExpressAdapter, { logger: false });
  await before?.(app);
  // One port for all requests of a test: the authority is part of the key.
  await app.listen(0, '127.0.0.1');
  onTestFinished(async () => {
    await app.close();
    await cache.close();
  });
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  return {
    app,
    cache,
    clock,
    get: (path, headers = {}) => request(server).get(path).set(headers),
    send: (method, path) => request(server)[method](path),
  };
}

function withoutExtras(
  options: Setup['options'] = {},
): Omit<ShelflifeOptions, 'cache' | 'isGlobal' | 'interceptor'> {
  const { isGlobal: _, interceptor: __, ...rest } = options;
  return rest;
}

/** The Cache-Status of a response without the cache's name. */
export function statusOf(response: {
  readonly headers: Readonly<Record<string, string>>;
}): string | undefined {
  return response.headers['cache-status']?.replace(/^\S+; /, '');
}
