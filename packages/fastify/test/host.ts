import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { TestAnswer, TestApp, TestHost, TestRoute } from '@shelflife/core/testing';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { fastify as fastify50 } from 'fastify5.0';
import shelflife from '../src/index.js';

export const FASTIFY: TestHost = hostOf('Fastify 5', () => fastify({ forceCloseConnections: true }));

export const FASTIFY_50: TestHost = hostOf(
  'Fastify 5.0',
  () => fastify50({ forceCloseConnections: true }) as unknown as FastifyInstance,
);

function hostOf(name: string, create: () => FastifyInstance): TestHost {
  return {
    name,
    raw: false,
    async start({ cache, routes }: TestApp) {
      const app = create();
      await app.register(shelflife, { cache });
      app.setErrorHandler((_error, _request, reply) => reply.code(500).send('failed'));
      app.addContentTypeParser('*', (_request, _body, done) => done(null));
      for (const route of routes) add(app, route);
      await app.listen({ port: 0, host: '127.0.0.1' });
      return {
        port: (app.server.address() as AddressInfo).port,
        close: () => app.close(),
      };
    },
  };
}

function add(app: FastifyInstance, { method = 'GET', path, rule, late, answer }: TestRoute): void {
  if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  app.route({
    method,
    url: path,
    config: { cache: rule },
    ...(late && { onSend: async (_request, reply) => void reply.headers(late) }),
    handler: async (request, reply) => send(reply, await answer!(request, request.cache)),
  });
}

function send(reply: FastifyReply, answer: TestAnswer): FastifyReply {
  const { hints, status = 200, headers = {}, body = '' } = answer;
  if (hints !== undefined) reply.raw.writeEarlyHints(hints);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  return reply.code(status).send(isWhole ? body : Readable.from(body, { objectMode: false }));
}
