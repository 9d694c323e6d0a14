import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { Cache } from '@shelflife/core';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import shelflife from '../src/index.js';
import { build, statusOf } from './app.js';

const RULE = { ttl: '1m' } as const;
const TEXT = 'again and '.repeat(1000);

type Order = 'before' | 'after';
const ORDERS: readonly Order[] = ['before', 'after'];

/** Registers the cache and a neighbour before or after it. */
async function register(
  app: FastifyInstance,
  cache: Cache,
  order: Order,
  neighbour: () => PromiseLike<unknown>,
) {
  if (order === 'before') await neighbour();
  await app.register(shelflife, { cache, rule: RULE });
  if (order === 'after') await neighbour();
}

describe.each(ORDERS)('@fastify/compress registered %s', (order) => {
  test.each(['text', 'object', 'stream'])(
    'one stored %s serves clients with and without gzip',
    async (kind) => {
      const { app, cache } = build();
      await register(app, cache, order, () => app.register(compress));
      let calls = 0;
      app.get('/', (_request, reply) => {
        calls++;
        if (kind === 'object') return { TEXT };
        reply.type('text/plain');
        return kind === 'text' ? reply.send(TEXT) : reply.send(new Response(TEXT).body);
      });
      const identity = kind === 'object' ? JSON.stringify({ TEXT }) : TEXT;
      const statuses: string[] = [];
      for (const coding of ['gzip', 'identity', 'gzip', 'identity']) {
        const { headers, rawPayload } = await app.inject({
          url: '/',
          headers: { 'accept-encoding': coding },
        });
        statuses.push(statusOf(headers));
        expect(headers['content-encoding']).toBe(coding === 'gzip' ? 'gzip' : undefined);
        expect((coding === 'gzip' ? gunzipSync(rawPayload) : rawPayload).toString()).toBe(identity);
        expect(headers.vary).toBe(coding === 'gzip' ? 'accept-encoding' : undefined);
        const length = String(rawPayload.length);
        expect(headers['content-length'] ?? length).toBe(length);
      }
      expect(statuses).toEqual(['fwd=miss; stored', ...Array.from({ length: 3 }, () => 'hit; ttl=60')]);
      expect(calls).toBe(1);
      const { memory } = cache.stats();
      expect(memory.bytes).toBeGreaterThan(TEXT.length);
      const head = await app.inject({ method: 'HEAD', url: '/', headers: { 'accept-encoding': 'gzip' } });
      expect([head.statusCode, head.body, statusOf(head.headers)]).toEqual([200, '', 'hit; ttl=60']);
    },
  );

  test('a rule that compresses: what the cache coded is left alone, and so are parts', async () => {
    const { app, cache } = build();
    await register(app, cache, order, () => app.register(compress));
    const config = { cache: { ttl: '1m', compress: true } } as const;
    app.get('/', { config }, (_request, reply) => reply.type('text/plain').header('etag', '"v1"').send(TEXT));
    const ask = (headers: Record<string, string>) => app.inject({ url: '/', headers });
    const first = await ask({ 'accept-encoding': 'gzip' });
    expect([gunzipSync(first.rawPayload).toString(), statusOf(first.headers)]).toEqual([
      TEXT,
      'fwd=miss; stored',
    ]);
    for (const coding of ['gzip', 'identity', 'gzip']) {
      const { headers, rawPayload } = await ask({ 'accept-encoding': coding });
      const isCoded = coding === 'gzip';
      expect((isCoded ? gunzipSync(rawPayload) : rawPayload).toString()).toBe(TEXT);
      expect(headers).toMatchObject({
        etag: isCoded ? '"v1-gzip"' : '"v1"',
        'content-length': String(rawPayload.length),
      });
      expect(String(headers.vary).toLowerCase()).toBe('accept-encoding');
      expect(headers['content-encoding']).toBe(isCoded ? 'gzip' : undefined);
      expect(statusOf(headers)).toBe('hit; ttl=60');
    }
    const part = await ask({ 'accept-encoding': 'gzip', range: 'bytes=0-4999' });
    expect([part.statusCode, part.rawPayload.length, part.headers['content-encoding']]).toEqual([
      206,
      5000,
      undefined,
    ]);
    expect(cache.stats().memory.entries).toBe(1);
  });

  test('what a handler compressed itself is stored for those who accept it', async () => {
    const { app, cache, get } = build();
    await register(app, cache, order, () => app.register(compress, { global: false }));
    app.get('/', (_request, reply) => reply.type('text/plain').compress(TEXT));
    const { headers, rawPayload } = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
    expect([statusOf(headers), gunzipSync(rawPayload).toString()]).toEqual(['fwd=miss; stored', TEXT]);
    expect(await get('/')).toEqual([200, 'fwd=vary-miss; stored', TEXT]);
    expect((await get('/', { 'accept-encoding': 'gzip' }))[1]).toBe('hit; ttl=60');
  });
});

describe.each(ORDERS)('@fastify/etag registered %s', (order) => {
  test('its tag is stored, and conditions are answered by the cache alone', async () => {
    const { app, cache, get } = build();
    await register(app, cache, order, () => app.register(etag));
    app.get('/', () => 'page');
    app.get('/missing', { config: { cache: { negativeTtl: '1m' } } }, (_r, reply) =>
      reply.code(404).send('no'),
    );
    const plain = build();
    await plain.app.register(etag);
    plain.app.get('/', () => 'page');
    const tag = String((await plain.app.inject('/')).headers.etag);

    expect(await get('/', { 'if-none-match': tag })).toEqual([304, 'fwd=miss; stored', '']);
    expect((await app.inject('/')).headers.etag).toBe(tag);
    expect(await get('/')).toEqual([200, 'hit; ttl=60', 'page']);
    expect(await get('/', { 'if-none-match': `"x", ${tag}` })).toEqual([304, 'hit; ttl=60', '']);
    expect(await get('/', { 'if-none-match': '"x"' })).toEqual([200, 'hit; ttl=60', 'page']);
    const missing = String((await app.inject('/missing')).headers.etag);
    expect(await get('/missing', { 'if-none-match': missing })).toEqual([404, 'hit; ttl=60', 'no']);
  });
});

describe('@fastify/cookie', () => {
  test.each(ORDERS)('registered %s: an answer with a cookie goes to its own client only', async (order) => {
    const { app, cache } = build();
    await register(app, cache, order, () => app.register(cookie));
    let calls = 0;
    app.get('/', (_request, reply) => reply.setCookie('id', String(++calls)).send('x'));
    const cookies = [await app.inject('/'), await app.inject('/')].map(
      ({ headers }) => headers['set-cookie'],
    );
    expect(cookies.map((line) => String(line).split(';')[0])).toEqual(['id=1', 'id=2']);
    expect(cache.stats()).toMatchObject({ stored: 0, notStored: { 'SET-COOKIE': 2 } });
  });

  test('a cookie that a hook sets for each request comes with hits too, and is not stored', async () => {
    const { app, cache } = build();
    await app.register(cookie);
    await app.register(shelflife, { cache });
    app.addHook('onRequest', async ({ id }, reply) => void (id !== 'req-1' && reply.setCookie('seen', id)));
    app.get('/', { config: { cache: RULE } }, () => 'x');
    await app.inject('/');
    for (const id of ['req-2', 'req-3']) {
      const { headers } = await app.inject('/');
      expect([statusOf(headers), headers['set-cookie']]).toEqual([
        'hit; ttl=60',
        expect.stringMatching(`^seen=${id}`),
      ]);
    }
  });

  test('nor is an answer that a later hook adds a cookie to', async () => {
    const { app, cache } = build();
    await app.register(shelflife, { cache, rule: RULE });
    const onSend = async (_request: unknown, reply: { header(name: string, value: string): unknown }) =>
      void reply.header('set-cookie', 'late=1');
    app.get('/', { onSend }, () => 'x');
    await app.inject('/');
    expect(cache.stats()).toMatchObject({ stored: 0, notStored: { 'SET-COOKIE': 1 } });
  });
});

describe('fields that other plugins set', () => {
  test('those of this request survive a hit, those of the handler are repeated', async () => {
    const { app, cache } = build();
    await app.register(cors, {
      origin: (origin, done) => done(null, origin === 'https://b.example' ? origin : true),
    });
    await app.register(shelflife, { cache, rule: { ...RULE, vary: ['origin'] } });
    let calls = 0;
    app.addHook('onRequest', async ({ id, raw }, reply) => {
      reply.header('x-request-id', id).header('x-late', 'early');
      reply.raw.setHeader('X-Raw', String(raw.url));
    });
    app.addHook('onSend', async (_request, reply) => void reply.header('x-sent', `sent ${++calls}`));
    app.get('/', (_request, reply) => reply.header('x-late', 'handler').send('x'));
    await app.inject('/');
    const { headers } = await app.inject('/');
    expect(headers).toMatchObject({
      'x-request-id': 'req-2',
      'x-late': 'handler',
      'x-raw': '/',
      'x-sent': 'sent 2',
      'cache-status': 'shelflife; hit; ttl=60',
    });
  });

  test('what a hook of a plugin does to bodies is stored, and not done to a hit again', async () => {
    const { app, cache, get } = build();
    app.addHook('onSend', async (_request, _reply, payload) => `<${String(payload)}>`);
    await app.register(shelflife, { cache, rule: RULE });
    const onSend = async (_request: unknown, _reply: unknown, payload: unknown) => `${String(payload)}!`;
    app.get('/', { onSend }, () => 'x');
    expect((await get('/'))[2]).toBe('<x>!');
    expect(await get('/')).toEqual([200, 'hit; ttl=60', '<x>!']);
  });

  test('what a hook of the route makes of the body may be a stream of another length', async () => {
    const { app, cache } = build();
    await app.register(shelflife, { cache, rule: RULE });
    const onSend = async (_request: unknown, _reply: unknown, payload: unknown) =>
      Readable.from([`<${String(payload)}>`]);
    app.get('/', { onSend }, () => 'x');
    const url = await app.listen({ port: 0 });
    for (const status of ['fwd=miss; stored', 'hit; ttl=60']) {
      const answer = await fetch(url);
      expect([statusOf(Object.fromEntries(answer.headers)), await answer.text()]).toEqual([status, '<x>']);
    }
  });

  test('an error in a hook of a hit is answered as an error', async () => {
    const { app, cache, get } = build();
    let fails = false;
    app.addHook('onSend', async () => {
      if (fails) throw ((fails = false), new Error('hook'));
    });
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', () => 'x');
    await get('/');
    fails = true;
    expect(await get('/')).toMatchObject([500, 'none', expect.stringContaining('hook')]);
    expect(await get('/')).toEqual([200, 'hit; ttl=60', 'x']);
  });
});
