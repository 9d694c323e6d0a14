import 'reflect-metadata';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import {
  Controller,
  type INestApplication,
  Module,
  Req,
  RequestMapping,
  RequestMethod,
  Res,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Cache, ResponseControl } from '@shelflife/core';
import {
  runRoute,
  setLate,
  type TestAnswer,
  type TestHost,
  type TestRequest,
  type TestRoute,
} from '@shelflife/core/testing';
import { Cacheable, ShelflifeModule } from '../src/index.js';

const version = process.env['NEST_VERSION'] ?? '12';

/** A response of Fastify, as far as tests need it. */
export interface Reply {
  readonly raw: ServerResponse;
  code(status: number): Reply;
  header(name: string, value: unknown): Reply;
  send(payload: unknown): Reply;
}

type Handler = (req: never, res: never) => unknown;

/** The two platforms below Nest. */
export interface Platform {
  readonly name: string;
  create(module: Type): Promise<INestApplication>;
  handler(route: TestRoute): Handler;
  /** Sets {@link TestRoute.late}. */
  setLate(app: INestApplication, late: Readonly<Record<string, string>>): void;
  /** Everything below a path, in the words of its router. */
  readonly rest: string;
}

const OPTIONS = { logger: false, bodyParser: false, forceCloseConnections: true } as const;

export const ON_EXPRESS: Platform = {
  name: `Nest ${version} on Express`,
  async create(module) {
    const app = await NestFactory.create<NestExpressApplication>(module, new ExpressAdapter(), OPTIONS);
    app.set('strict routing', true);
    app.set('case sensitive routing', true);
    return app;
  },
  handler: (route) => (req, res) => runRoute(route, req, res),
  setLate: (app, late) =>
    void app.use((_req: unknown, res: ServerResponse, next: () => void) => {
      setLate(res, late);
      next();
    }),
  rest: '{*rest}',
};

export const ON_FASTIFY: Platform = {
  name: `Nest ${version} on Fastify`,
  async create(module) {
    const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), OPTIONS);
    app
      .getHttpAdapter()
      .getInstance()
      .addContentTypeParser('*', (_request, _body, done) => done(null));
    return app;
  },
  handler: (route) => (request, reply) => answerWith(route, request, reply),
  setLate: (app, late) =>
    void (app as NestFastifyApplication)
      .getHttpAdapter()
      .getInstance()
      .addHook('onSend', async (_request, reply) => void reply.headers(late)),
  rest: '*',
};

/** For `describe.each`. */
export const PLATFORMS: readonly Platform[] = [ON_EXPRESS, ON_FASTIFY];

export const HOSTS: readonly TestHost[] = PLATFORMS.map((platform) => ({
  name: platform.name,
  raw: platform === ON_EXPRESS,
  // Nest has no decorators for two of them; Fastify 5.11, which Nest 11 brings, refuses QUERY without a body.
  unroutable: ['TRACE', 'REPORT', ...(version === '11' && platform === ON_FASTIFY ? ['QUERY'] : [])],
  async start({ cache, routes }) {
    const app = await platform.create(moduleOf(cache, routes, platform));
    platform.setLate(app, routes.find(({ late }) => late !== undefined)?.late ?? {});
    await app.listen(0, '127.0.0.1');
    return {
      port: (app.getHttpServer() as { address(): AddressInfo }).address().port,
      close: () => app.close(),
    };
  },
}));

/** A module with one controller that has one method for each route. */
function moduleOf(cache: Cache, routes: readonly TestRoute[], platform: Platform): Type {
  const RoutesController = emptyClass();
  for (const [at, route] of routes.entries()) {
    const name = `route${at}`;
    Object.defineProperty(RoutesController.prototype, name, {
      value: platform.handler(route),
      configurable: true,
      writable: true,
    });
    const path = route.path.replace('*', platform.rest);
    const method = RequestMethod[(route.method ?? 'GET') as 'GET'];
    decorate(
      RoutesController.prototype,
      name,
      Cacheable<TestRequest>(route.rule),
      RequestMapping({ path, method }),
    );
    Req()(RoutesController.prototype, name, 0);
    Res()(RoutesController.prototype, name, 1);
  }
  Controller()(RoutesController);
  const TestModule = emptyClass();
  Module({ imports: [ShelflifeModule.forRoot({ cache })], controllers: [RoutesController] })(TestModule);
  return TestModule;
}

function emptyClass(): Type {
  // oxlint-disable-next-line typescript/no-extraneous-class -- decorators make something of it
  return class {};
}

function decorate(prototype: object, name: string, ...decorators: readonly MethodDecorator[]): void {
  for (const decorator of decorators) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
    decorator(prototype, name, descriptor);
    Object.defineProperty(prototype, name, descriptor);
  }
}

type Request = TestRequest & { readonly cache: ResponseControl };

async function answerWith(route: TestRoute, request: Request, reply: Reply): Promise<void> {
  try {
    send(reply, await route.answer!(request, request.cache));
  } catch {
    reply.code(500).send('failed');
  }
}

function send(reply: Reply, { hints, status = 200, headers = {}, body = '' }: TestAnswer): void {
  if (hints !== undefined) reply.raw.writeEarlyHints(hints);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  reply.code(status).send(isWhole ? body : Readable.from(body, { objectMode: false }));
}
