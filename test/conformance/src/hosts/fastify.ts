import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import shelflife, { accelerate } from '@shelflife/fastify';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { ask, forClient } from '../proxy.js';
import type { Running, Setup } from './host.js';

export async function startFastify({ origin, cache, rule }: Setup): Promise<Running> {
  const app = fastify({ exposeHeadRoutes: false, forceCloseConnections: true });
  app.addHttpMethod('M-SEARCH', { hasBody: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  await app.register(shelflife, { cache, rule });
  if (rule.ahead === true) accelerate(app, cache);
  app.route({
    method: app.supportedMethods,
    url: '/*',
    handler: (request, reply) => proxy(origin, request, reply),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

async function proxy(origin: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const upstream = ask(origin, request.raw, reply.raw);
  // When it fails later, the answer's stream tells the same.
  upstream.on('error', () => {});
  let answer: IncomingMessage;
  try {
    [answer] = (await once(upstream, 'response')) as [IncomingMessage];
  } catch {
    return reply.code(502).send('bad gateway');
  }
  reply.code(answer.statusCode!);
  reply.raw.statusMessage = answer.statusMessage!;
  for (const [name, value] of forClient(answer)) reply.header(name, value);
  return reply.send(answer);
}
