import 'reflect-metadata';
import type { Server } from 'node:http';
import { type CanActivate, Controller, Get, Module, type Type, UseGuards } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import request from 'supertest';
import { expect, onTestFinished, test } from 'vitest';
import { accelerate, Cacheable, ShelflifeModule } from '../src/index.js';

class Anybody implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Controller()
class Pages {
  @Get('page')
  @Cacheable({ ttl: '1m', ahead: true })
  page(): object {
    return { page: 1 };
  }
}

@Controller()
@UseGuards(Anybody)
class Guarded {
  @Get('page')
  @Cacheable({ ttl: '1m', ahead: true })
  page(): object {
    return { page: 1 };
  }
}

async function create(
  controller: Type,
  providers: object[] = [],
  adapter: 'express' | 'fastify' = 'express',
) {
  // oxlint-disable-next-line typescript/no-extraneous-class -- the decorator makes something of it
  class Application {}
  Module({
    imports: [ShelflifeModule.forRoot({})],
    controllers: [controller],
    providers: providers as never,
  })(Application);
  const options = { logger: false, forceCloseConnections: true, abortOnError: false } as const;
  const app =
    adapter === 'express'
      ? await NestFactory.create(Application, new ExpressAdapter(), options)
      : await NestFactory.create(Application, new FastifyAdapter(), options);
  onTestFinished(() => app.close());
  return app;
}

const CHANGING: ReadonlySet<string> = new Set(['age', 'date', 'cache-status']);
const PLATFORMS = ['express', 'fastify'] as const;

test.each(PLATFORMS)('on %s hits are answered below Nest, byte for byte as above', async (platform) => {
  const app = await create(Pages, [], platform);
  let seen = 0;
  app.use((_req: unknown, _res: unknown, next: () => void) => (seen++, next()));
  await accelerate(app);
  await app.listen(0, '127.0.0.1');
  const answers: string[] = [];
  for (let count = 0; count < 6; count++) {
    const { text, headers } = await request(app.getHttpServer() as Server)
      .get('/page')
      .expect(200);
    const names = Object.entries(headers as Record<string, string>).filter(([name]) => !CHANGING.has(name));
    if (count > 0) answers.push(JSON.stringify([text, names]));
  }
  expect(new Set(answers).size).toBe(1);
  expect(seen).toBe(3);
});

test.each(PLATFORMS)('on %s handlers with guards are never answered ahead', async (platform) => {
  const app = await create(Guarded, [], platform);
  await expect(app.init()).rejects.toThrow(/Guarded\.page: .*Leave out 'ahead', or '@UseGuards\(\)'/);
});

test.each(PLATFORMS)(
  'on %s guards of the whole application are gone past only by leave',
  async (platform) => {
    const app = await create(Pages, [{ provide: APP_GUARD, useClass: Anybody }], platform);
    await expect(accelerate(app)).rejects.toThrow('pastGuards');
    await accelerate(app, { pastGuards: true });
  },
);
