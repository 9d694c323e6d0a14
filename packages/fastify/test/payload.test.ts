import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { eventually } from '@shelflife/core/testing';
import type { FastifyReply } from 'fastify';
import { describe, expect, test } from 'vitest';
import shelflife from '../src/index.js';
import { build, statusOf } from './app.js';

const RULE = { ttl: '1m' } as const;
const BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);

function webStream(...parts: Uint8Array[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

function withoutFraming(headers: object): object {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding'),
  );
}

describe('a hit repeats', () => {
  test.each<[string, (reply: FastifyReply) => unknown]>([
    ['a text', () => 'text'],
    ['an object', () => ({ a: [1, 'ü'] })],
    ['a Buffer', () => Buffer.from(BYTES)],
    ['a typed array', () => BYTES],
    ['a Node stream', () => Readable.from([BYTES.subarray(0, 9), BYTES.subarray(9)], { objectMode: false })],
    ['a stream of texts', () => Readable.from(['ä', 'ö'])],
    ['a web stream', () => webStream(BYTES.subarray(0, 9), BYTES.subarray(9))],
    ['a web Response', () => new Response('made', { status: 203, headers: { 'x-a': 'b', link: '<a>' } })],
    [
      'a web Response without a body',
      (reply) => (
        reply.header('cache-control', 'max-age=60'),
        new Response(null, { headers: { 'x-a': 'b' } })
      ),
    ],
    ['nothing', (reply) => void reply.header('cache-control', 'max-age=60').send()],
    ['null', (reply) => (reply.header('cache-control', 'max-age=60'), null)],
  ])('%s', async (_title, answer) => {
    const { app, cache } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', async (_request, reply) => answer(reply) ?? (reply.sent ? reply : null));
    const plain = build();
    plain.app.get('/', async (_request, reply) => answer(reply) ?? (reply.sent ? reply : null));
    const expected = await plain.app.inject('/');
    const [miss, hit, head] = [
      await app.inject('/'),
      await app.inject('/'),
      await app.inject({ method: 'HEAD', url: '/' }),
    ];
    expect([miss, hit, head].map(({ headers }) => statusOf(headers))).toEqual([
      'fwd=miss; stored',
      'hit; ttl=60',
      'hit; ttl=60',
    ]);
    for (const { statusCode, headers, rawPayload } of [miss, hit]) {
      expect(statusCode).toBe(expected.statusCode);
      expect(headers).toMatchObject({ ...withoutFraming(expected.headers), date: miss.headers.date });
      expect(rawPayload.equals(expected.rawPayload)).toBe(true);
    }
    expect(hit.headers['content-length']).toBe(String(expected.rawPayload.length));
    expect([head.statusCode, head.headers, head.body]).toEqual([hit.statusCode, hit.headers, '']);
  });

  test('what a schema made of an object, and the handler of a hit is not asked for it', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    const schema = { response: { 200: { type: 'object', properties: { id: { type: 'number' } } } } };
    app.get('/', { schema }, () => ({ id: '7', secret: 'x' }));
    await get('/');
    expect(await get('/')).toEqual([200, 'hit; ttl=60', '{"id":7}']);
  });
});

describe('a stream', () => {
  test('that fails before its first byte is answered by the error handler, and not stored', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get(
      '/',
      () =>
        new Readable({
          read() {
            this.destroy(new Error('broken'));
          },
        }),
    );
    const [status, , body] = await get('/');
    expect([status, body]).toMatchObject([500, expect.stringContaining('broken')]);
    expect(cache.stats()).toMatchObject({ stored: 0, flights: 0 });
  });

  test.each<[string, (stream: PassThrough) => void]>([
    ['fails', (stream) => stream.destroy(new Error('broken'))],
    ['ends too early', (stream) => stream.destroy()],
  ])('that %s breaks the response off, and is not stored', async (_title, end) => {
    const { app, cache, events } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', () => {
      const stream = new PassThrough();
      stream.write('part');
      setImmediate(() => end(stream));
      return stream;
    });
    await expect(fetch(await app.listen({ port: 0 })).then((response) => response.text())).rejects.toThrow(
      'terminated',
    );
    expect(events.at(-1)).toEqual({ type: 'not-stored', url: '/', reason: 'ABANDONED' });
    expect(cache.stats()).toMatchObject({ stored: 0, flights: 0 });
  });

  test('is read no faster than the client reads, and closed when the client leaves', async () => {
    const { app, cache } = build();
    await app.register(shelflife, { cache, rule: { ttl: '1m', maxBodySize: '100mb' } });
    let read = 0;
    const source = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024, ++read));
      },
    });
    app.get('/', () => source);
    await app.listen({ port: 0 });
    const asked = httpRequest({ port: (app.server.address() as AddressInfo).port }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.pause();
    let before = -1;
    await eventually(() => before === (before = read));
    expect(read).toBeLessThan(1000);
    response.destroy();
    await once(source, 'close').catch(() => {});
    await eventually(() => cache.stats().flights === 0);
    expect(cache.stats().stored).toBe(0);
  });

  test('that a later hook did not send is not stored', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    const stream = Readable.from(['a', 'b'], { objectMode: false });
    app.get('/', { onSend: async () => 'other' }, () => stream);
    expect(await get('/')).toEqual([200, 'fwd=miss; stored', 'other']);
    expect(cache.stats()).toMatchObject({ stored: 0, flights: 0 });
  });

  test('whose client has the answer already is stored all the same', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', (_request, reply) => reply.header('etag', '"v"').send(Readable.from(['a', 'b'])));
    expect(await get('/', { 'if-none-match': '"v"' })).toEqual([304, 'fwd=miss; stored', '']);
    await eventually(() => cache.stats().stored === 1);
    expect(await get('/')).toEqual([200, 'hit; ttl=60', 'ab']);
  });
});
