import 'reflect-metadata';
import { CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { Controller, Get, type INestApplication, Module, type Type, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { accelerate, Cacheable, ShelflifeModule } from '@shelflife/nestjs';
import type { Server } from 'node:http';
import type { Origin } from '../origin.js';
import { type Variant } from './variant.js';

type Platform = 'express' | 'fastify';

function onNest(platform: Platform, moduleOf: (origin: Origin) => Type, isAhead = false): Variant {
  return async (origin) => {
    const module = moduleOf(origin);
    const app: INestApplication =
      platform === 'express'
        ? await NestFactory.create(module, { logger: ['error'] })
        : await NestFactory.create(module, new FastifyAdapter(), { logger: ['error'] });
    if (isAhead) await accelerate(app);
    await app.listen(0, '127.0.0.1');
    const server = app.getHttpServer() as Server;
    server.keepAliveTimeout = 60_000;
    return server;
  };
}

function bareOf(origin: Origin): Type {
  @Controller()
  class Products {
    @Get('products')
    list(): object {
      return origin.object();
    }
  }
  @Module({ controllers: [Products] })
  class Application {}
  return Application;
}

function interceptedOf(origin: Origin): Type {
  @Controller()
  @UseInterceptors(CacheInterceptor)
  class Products {
    @Get('products')
    list(): object {
      return origin.object();
    }
  }
  @Module({ imports: [CacheModule.register({ ttl: 3_600_000 })], controllers: [Products] })
  class Application {}
  return Application;
}

function shelflifeOf(origin: Origin, ahead = false): Type {
  @Controller()
  class Products {
    @Get('products')
    @Cacheable({ ttl: '1h', ahead })
    list(): object {
      return origin.object();
    }
  }
  @Module({ imports: [ShelflifeModule.forRoot({})], controllers: [Products] })
  class Application {}
  return Application;
}

const of = (platform: Platform): Record<string, Variant> => ({
  [`nest on ${platform}`]: onNest(platform, bareOf),
  [`nest on ${platform} + shelflife`]: onNest(platform, (origin) => shelflifeOf(origin)),
  [`nest on ${platform} + shelflife ahead`]: onNest(platform, (origin) => shelflifeOf(origin, true), true),
  [`nest on ${platform} + CacheInterceptor`]: onNest(platform, interceptedOf),
});

export const nestVariants: Readonly<Record<string, Variant>> = {
  ...of('express'),
  ...of('fastify'),
};
