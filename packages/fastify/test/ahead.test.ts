import type { AddressInfo } from 'node:net';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import { type App, startApp, type TestResponse } from '@shelflife/core/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import shelflife, { accelerate } from '../src/index.js';
import { build, counting } from './app.js';

const RULE = { ttl: '1m', ahead: true } as const;

/** The first request fills the cache, the second says where the answer is, the third that it is Fastify's. */
const ROUTED = 3;

interface Started extends App {
  /** How many requests the application has seen. */
  readonly seen: () => number;
}

type Plug = (app: FastifyInstance) => unknown;

/** An application with these plugins around one route, answered ahead where that may be. */
async function start(
  plug: Plug = () => {},
  options: Parameters<typeof accelerate>[2] = {},
): Promise<Started> {
  let seen = 0;
  const app = await startApp(
    {
      name: 'Fastify',
      async start({ cache }) {
        const server = fastify({ forceCloseConnections: true, trustProxy: true });
        onTestFinished(() => server.close());
        server.addHook('onRequest', async () => void seen++);
        await server.register(shelflife, { cache });
        await plug(server);
        server.get('/page', { config: { cache: RULE } }, ({ protocol }, reply) =>
          reply.type('text/plain').send(`${protocol} `.repeat(500)),
        );
        accelerate(server, cache, options);
        await server.listen({ port: 0, host: '127.0.0.1' });
        return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
      },
    },
    [],
  );
  return { ...app, seen: () => seen };
}

async function ask(app: App, times: number, headers = {}): Promise<TestResponse[]> {
  const answers: TestResponse[] = [];
  for (let left = times; left > 0; left--) answers.push(await app.get('/page', headers));
  return answers;
}

let ids = 0;

describe('answers ahead of Fastify', () => {
  test.each<[string, Plug]>([
    ['nothing', () => {}],
    ['cors', (app) => app.register(cors)],
    [
      'fields of a hook',
      (app) => app.addHook('onRequest', async (_request, reply) => void reply.header('X-A', 'b')),
    ],
    ['an access log', (app) => app.addHook('onResponse', async () => {})],
  ])('behind %s they are its own, byte for byte', async (_what, plug) => {
    const app = await start(plug);
    const [, own, ...others] = await ask(app, 5, { Origin: 'https://shop.example' });
    expect(app.seen()).toBe(ROUTED);
    for (const { lines, text } of others) expect([lines, text]).toEqual([own!.lines, own!.text]);
    expect(others[0]!.cacheStatus).toBe('hit; ttl=60');
  });

  test.each<[string, Plug]>([
    [
      'a request id',
      (app) => app.addHook('onRequest', async (_r, reply) => void reply.header('x-id', ++ids)),
    ],
    [
      'one on Node’s response',
      (app) => app.addHook('onRequest', async (_r, { raw }) => void raw.setHeader('x-id', ++ids)),
    ],
    ['a hook that sees answers', (app) => app.addHook('onSend', async () => {})],
    ['compression', (app) => app.register(compress)],
  ])('there are none behind %s', async (_what, plug) => {
    const app = await start(plug);
    await ask(app, 5, { 'Accept-Encoding': 'gzip' });
    expect(app.seen()).toBe(5);
    expect(app.cache.stats()).toMatchObject({ hits: 4, misses: 1 });
  });

  test('a request that has to be looked at is left to Fastify', async () => {
    const app = await start();
    await ask(app, 4);
    expect(app.seen()).toBe(ROUTED);
    await app.get('/page', { Authorization: 'Basic eDp5' });
    await app.get('/page', { Cookie: 'a=1' });
    await app.get('/page', { 'X-Forwarded-Host': 'other.example' });
    await app.send('POST', '/page');
    expect(app.seen()).toBe(ROUTED + 4);
    const secure = await app.get('/page', { 'X-Forwarded-Proto': 'https' });
    expect([secure.text.slice(0, 6), app.seen()]).toEqual(['https ', ROUTED + 5]);
  });

  test('an invalidation is seen by the next request', async () => {
    const app = await start();
    await ask(app, 4);
    await app.cache.invalidate({ all: true });
    expect((await ask(app, 1))[0]!.cacheStatus).toBe('fwd=miss; stored');
    expect(app.seen()).toBe(ROUTED + 1);
  });

  test('whoever keeps an access log is told of them', async () => {
    const log: unknown[] = [];
    const app = await start(undefined, { answered: ({ url }, _res, status) => void log.push([url, status]) });
    await ask(app, ROUTED + 1);
    expect(log).toEqual([['/page', 200]]);
  });
});

test.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)(
  'a route with an own %s is never one that may be',
  async (hook) => {
    const { app, cache } = build();
    await app.register(shelflife, { cache, rule: RULE });
    const own = { [hook]: async () => {} };
    expect(() => app.get('/page', own, counting())).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining("Leave out 'ahead'") }),
    );
    // It is never answered from the cache.
    app.post('/page', own, counting());
    app.get('/other', { ...own, config: { cache: { ...RULE, ahead: false } } }, counting());
  },
);

test('what is no cache is refused', () => {
  expect(() => accelerate(fastify(), undefined as never)).toThrow('must be a cache');
});
