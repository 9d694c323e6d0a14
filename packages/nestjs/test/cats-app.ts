import 'reflect-metadata';
import {
  Controller,
  Get,
  type INestApplication,
  type ModuleMetadata,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import * as original from '@nestjs/cache-manager';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import * as shelflife from '../src/cache-manager/index.js';
import { PLATFORMS, type PlatformName } from './app.js';
import { catsOf, type Library, runs } from './cats.js';

/** Our module, as an application that has changed its import sees it. */
export const ours: Library = shelflife as unknown as Library;
/** For `describe.each`. */
export const LIBRARIES: readonly [string, Library][] = [
  ['@nestjs/cache-manager', original],
  ['@shelflife/nestjs/cache-manager', ours],
];
/** Both on both platforms. */
export const TABLE: readonly { name: string; library: Library; platform: PlatformName }[] = LIBRARIES.flatMap(
  ([name, library]) => PLATFORMS.map((platform) => ({ name, library, platform })),
);

export interface CatsApp {
  readonly app: INestApplication;
  readonly cache: original.Cache;
  readonly get: (path: string, headers?: Record<string, string>) => request.Test;
  readonly post: (path: string, body?: object) => request.Test;
}

/** Starts the application with a cache of one minute. It is closed when the test ends. */
export async function startCats(
  library: Library,
  platform: PlatformName = 'Express',
  module: NonNullable<ModuleMetadata['imports']>[number] = library.CacheModule.register({ ttl: 60_000 }),
  controllers: Type[] = catsOf(library).controllers,
  providers: Type[] = catsOf(library).providers,
  before: (app: INestApplication) => unknown = () => {},
): Promise<CatsApp> {
  runs.clear();
  const compiled = await Test.createTestingModule({ controllers, providers, imports: [module] }).compile();
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = compiled.createNestApplication(adapter as ExpressAdapter, { logger: false });
  before(app);
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  return {
    app,
    cache: app.get<original.Cache>(library.CACHE_MANAGER),
    get: (path, headers = {}) => request(server).get(path).set(headers),
    post: (path, body = {}) => request(server).post(path).send(body),
  };
}

/** What run of the handler the second of two requests, one after the other, is answered by. */
export async function runOfSecond(
  { get }: CatsApp,
  path: string,
  ...headers: Record<string, string>[]
): Promise<unknown> {
  await get(path, headers[0]);
  const { body } = await get(path, headers[1] ?? headers[0]);
  return (body as { run: unknown }).run;
}

/** A controller of one handler, with the interceptor. */
export function minesOf(interceptor: Type): Type {
  let runsOfMine = 0;
  @Controller('mines')
  @UseInterceptors(interceptor)
  class MinesController {
    @Get()
    mine(): object {
      return { run: ++runsOfMine };
    }
  }
  return MinesController;
}
