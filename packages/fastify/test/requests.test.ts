import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { eventually, fakeClock } from '@shelflife/core/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fastify } from 'fastify';
import { createCache } from '@shelflife/core';
import shelflife from '../src/index.js';
import { build, counting } from './app.js';

const RULE = { ttl: '1m' } as const;
const HIT = 'hit; ttl=60';
const STORED = 'fwd=miss; stored';

describe('HEAD', () => {
  test('is answered from a GET, and does not fill', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', counting());
    const head = async () => (await app.inject({ method: 'HEAD', url: '/' })).headers;
    expect((await head())['cache-status']).toBe('shelflife; fwd=miss');
    expect((await get('/'))[1]).toBe(STORED);
    expect(await head()).toMatchObject({ 'cache-status': `shelflife; ${HIT}`, 'content-length': '5' });
    expect(
      (await app.inject({ method: 'HEAD', url: '/', headers: { 'if-none-match': '*' } })).statusCode,
    ).toBe(304);
  });

  test('has a route of its own', async () => {
    const { app, cache, get } = build({ exposeHeadRoutes: false });
    await app.register(shelflife, { cache, rule: RULE });
    const page = counting();
    app.route({ method: ['GET', 'HEAD'], url: '/', handler: page });
    await get('/');
    const { headers, body } = await app.inject({ method: 'HEAD', url: '/' });
    expect([headers['cache-status'], headers['content-length'], body]).toEqual([
      `shelflife; ${HIT}`,
      '5',
      '',
    ]);
    expect(page.calls()).toBe(1);
  });
});

describe('what the handler sees', () => {
  test.each<[string, object, string, string]>([
    ['plain parameters', {}, '/?a=1&utm_source=x&b=2', '{"a":"1","b":"2"} /?a=1&b=2 /?a=1&b=2'],
    [
      'a parser that nests',
      { querystringParser: (text: string) => ({ a: text.match(/a=(\d)/)?.[1], utm_x: { y: 1 } }) },
      '/?a=1&utm_x[y]=1',
      '{"a":"1"} /?a=1 /?a=1',
    ],
  ])('has no parameters that do not count: %s', async (_title, options, url, expected) => {
    const { app, cache, get } = build({ routerOptions: options });
    await app.register(shelflife, { cache, rule: { ...RULE, query: { ignore: ['utm_*'] } } });
    const logged: unknown[] = [];
    app.addHook('onResponse', async (request) => void logged.push([request.url, request.query]));
    app.get('/', ({ query, url: seen, originalUrl }) => `${JSON.stringify(query)} ${seen} ${originalUrl}`);
    expect(await get(url)).toEqual([200, STORED, expected]);
    expect((await get(url))[1]).toBe(HIT);
    expect(logged[0]).toEqual(logged[1]);
  });

  test('a validated query keeps its types and defaults', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: { ...RULE, query: { allow: ['page'] } } });
    const properties = {
      page: { type: 'integer' },
      size: { type: 'integer', default: 20 },
      x: { type: 'integer' },
    };
    app.get('/', { schema: { querystring: { type: 'object', properties } } }, ({ query }) => query);
    expect((await get('/?page=2&x=3'))[2]).toBe('{"page":2,"size":20}');
  });

  test('the rule gets the request of Fastify', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache });
    app.get<{ Params: { id: string } }>(
      '/things/:id',
      { config: { cache: { ...RULE, tags: ({ params }) => [`thing:${(params as { id: string }).id}`] } } },
      counting(),
    );
    await get('/things/7');
    await cache.invalidate({ tags: ['thing:8'] });
    expect((await get('/things/7'))[1]).toBe(HIT);
    await cache.invalidate({ tags: ['thing:7'] });
    expect((await get('/things/7'))[1]).toBe(STORED);
  });
});

describe('the key', () => {
  test('is the URL as the client sent it, before rewriteUrl', async () => {
    const { app, cache, get } = build({ rewriteUrl: ({ url }) => url!.replace(/^\/(de|fr)/, '') });
    await app.register(shelflife, { cache, rule: { ...RULE, query: { ignore: ['u'] } } });
    app.get('/page', ({ originalUrl, url }) => `${originalUrl} ${url}`);
    expect((await get('/de/page?u=1'))[2]).toBe('/de/page /page');
    expect(await get('/fr/page')).toEqual([200, STORED, '/fr/page /page']);
    expect(await get('/de/page')).toEqual([200, HIT, '/de/page /page']);
  });

  test('holds the authority of HTTP/2 as well, and conditions are hidden there too', async () => {
    const cache = createCache({ clock: fakeClock() });
    const app = fastify({ http2: true });
    await app.register(shelflife, { cache, rule: RULE } as never);
    app.get('/', ({ host, headers }) => `${host} ${String(headers['if-none-match'])}`);
    await app.listen({ port: 0 });
    const session = connect(`http://localhost:${(app.server.address() as AddressInfo).port}`);
    onTestFinished(async () => {
      session.close();
      await app.close();
    });
    const get = (authority: string, headers: object = {}) =>
      new Promise<unknown[]>((resolve, reject) => {
        const stream = session.request({ ':path': '/', ':authority': authority, ...headers });
        let text = '';
        let status: unknown;
        stream.on('response', (got) => (status = `${got[':status']} ${String(got['cache-status'])}`));
        stream.on('data', (part) => (text += String(part)));
        stream.on('end', () => resolve([status, text])).on('error', reject);
      });
    expect(await get('a.example', { 'if-none-match': '"x"' })).toEqual([
      `200 shelflife; ${STORED}`,
      'a.example undefined',
    ]);
    expect(await get('b.example')).toEqual([`200 shelflife; ${STORED}`, 'b.example undefined']);
    expect(await get('a.example')).toEqual([`200 shelflife; ${HIT}`, 'a.example undefined']);
  });
});

test('a stale answer is refreshed through the whole application, with nothing of the request that met it', async () => {
  const { app, cache, clock, get } = build();
  await app.register(shelflife, { cache });
  const hooks: unknown[] = [];
  app.addHook('onRequest', async ({ headers, url }) => void hooks.push([url, headers['x-user']]));
  const page = counting();
  await app.register(
    async (child) => void child.get('/page', { config: { cache: { ...RULE, swr: '1m' } } }, page),
    { prefix: '/in' },
  );
  await get('/in/page');
  clock.advance(61_000);
  expect(await get('/in/page', { 'x-user': 'alice' })).toEqual([200, 'hit; ttl=-1', 'run 1']);
  await eventually(() => cache.stats().stored === 2);
  expect(await get('/in/page')).toEqual([200, HIT, 'run 2']);
  expect(hooks).toEqual([
    ['/in/page', undefined],
    ['/in/page', 'alice'],
    ['/in/page', undefined],
    ['/in/page', undefined],
  ]);
});

test('a stale answer stands in for an error of the handler', async () => {
  const { app, cache, clock, get } = build();
  await app.register(shelflife, { cache, rule: { ...RULE, staleIfError: '1h' } });
  let fails = false;
  app.get('/', (_request, reply) => {
    if (fails) throw new Error('down');
    return reply.header('x-a', 'b').send({ fine: true });
  });
  await get('/');
  clock.advance(61_000);
  fails = true;
  const { statusCode, headers, body } = await app.inject('/');
  expect([statusCode, headers['x-a'], headers['content-type'], body]).toEqual([
    200,
    'b',
    'application/json; charset=utf-8',
    '{"fine":true}',
  ]);
});

test('a client that leaves while it waits spares its handler', async () => {
  const { app, cache } = build();
  await app.register(shelflife, { cache, rule: RULE });
  let calls = 0;
  let answer = (_text: string): void => {};
  app.get('/', () => (calls++, new Promise<string>((resolve) => (answer = resolve))));
  const url = await app.listen({ port: 0 });
  const first = fetch(url);
  await eventually(() => calls === 1);
  const leaving = new AbortController();
  const second = fetch(url, { signal: leaving.signal }).catch(() => 'left');
  await eventually(() => cache.stats().flights === 1);
  leaving.abort();
  await second;
  answer('x');
  expect(await (await first).text()).toBe('x');
  expect(calls).toBe(1);
});
