import 'reflect-metadata';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { All, Controller, Module, Req, Res, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { accelerate, Cacheable, ShelflifeModule } from '@shelflife/nestjs';
import { proxyTo } from '../proxy.js';
import type { Running, Setup } from './host.js';

export async function startNest(setup: Setup): Promise<Running> {
  const app = await NestFactory.create<NestExpressApplication>(moduleOf(setup), new ExpressAdapter(), {
    logger: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.disable('x-powered-by').disable('etag');
  if (setup.rule.ahead === true) await accelerate(app);
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as { address(): AddressInfo };
  return { port: server.address().port, close: () => app.close() };
}

function moduleOf({ origin, cache, rule }: Setup): Type {
  const proxy = proxyTo(origin);

  @Controller()
  class ProxyController {
    @All('{*path}')
    @Cacheable(rule)
    forward(@Req() req: IncomingMessage, @Res() res: ServerResponse): void {
      proxy(req, res);
    }
  }

  @Module({ imports: [ShelflifeModule.forRoot({ cache })], controllers: [ProxyController] })
  class ProxyModule {}

  return ProxyModule;
}
