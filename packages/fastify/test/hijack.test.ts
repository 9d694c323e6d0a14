import { eventually, gate } from '@shelflife/core/testing';
import type { FastifyReply } from 'fastify';
import { describe, expect, test } from 'vitest';
import shelflife from '../src/index.js';
import { build } from './app.js';

const RULE = { ttl: '1m' } as const;

describe('an answer that goes past Fastify is not stored', () => {
  test.each<[string, (reply: FastifyReply) => unknown, string]>([
    ['reply.hijack()', (reply) => (reply.hijack(), reply.raw.end('mine')), 'mine'],
    [
      'reply.hijack() in the middle',
      (reply) => (reply.hijack(), reply.raw.write('mi'), reply.raw.end('ne')),
      'mine',
    ],
    ['reply.raw alone', (reply) => void reply.raw.end('mine'), 'mine'],
    [
      'reply.raw and then reply',
      (reply) => (reply.raw.write('mi'), reply.send(new Response('ne').body)),
      'mine',
    ],
  ])('%s', async (_title, answer, text) => {
    const { app, cache } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', (_request, reply) => void answer(reply));
    const url = await app.listen({ port: 0 });
    for (const run of [1, 2]) {
      expect(await (await fetch(url)).text()).toBe(text);
      await eventually(() => cache.stats().flights === 0);
      expect(cache.stats()).toMatchObject({ stored: 0, hits: 0, notStored: { ABANDONED: run } });
    }
  });

  test('those who wait for it are let go at once, all together', async () => {
    const { app, cache, get } = build();
    const { opened, open } = gate();
    const ended = gate();
    await app.register(shelflife, { cache, rule: RULE });
    let calls = 0;
    app.get('/', async (_request, reply) => {
      calls++;
      await opened;
      reply.hijack();
      await ended.opened;
      reply.raw.end('x');
    });
    const all = Array.from({ length: 10 }, () => get('/'));
    await eventually(() => calls === 1);
    open();
    await eventually(() => calls === 10);
    ended.open();
    expect(new Set((await Promise.all(all)).map(([, , body]) => body))).toEqual(new Set(['x']));
  });

  test('an unsafe method that answers past Fastify invalidates when it has ended well', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    let value = 1;
    app.get('/', () => String(value));
    app.put('/', (request, reply) => {
      reply.hijack();
      if (request.headers['x-fail'] === undefined) value++;
      reply.raw.writeHead(request.headers['x-fail'] === undefined ? 204 : 500).end();
    });
    await get('/');
    await app.inject({ method: 'PUT', url: '/', headers: { 'x-fail': '1' } });
    expect(await get('/')).toEqual([200, 'hit; ttl=60', '1']);
    await app.inject({ method: 'PUT', url: '/' });
    expect(await get('/')).toEqual([200, 'fwd=miss; stored', '2']);
  });
});
