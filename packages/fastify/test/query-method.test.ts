import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import shelflife from '../src/index.js';
import { build, type Built, statusOf } from './app.js';

const CACHE = { ttl: '1m', methods: ['GET', 'QUERY'] } as const;

interface Asked {
  readonly status: string;
  readonly body: string;
}

async function start(
  prepare: (built: Built) => void = () => {},
): Promise<(payload: string, type?: string) => Promise<Asked>> {
  const built = build();
  const { app, cache } = built;
  await app.register(shelflife, { cache });
  prepare(built);
  if (!app.supportedMethods.includes('QUERY')) app.addHttpMethod('QUERY', { hasBody: true });
  app.route({
    method: 'QUERY',
    url: '/',
    config: { cache: CACHE },
    handler: async ({ body }) => ({ got: body instanceof Readable ? await text(body) : body }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { readonly port: number };
  return async (payload, type = 'application/json') => {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'QUERY',
      body: payload,
      headers: { 'content-type': type },
    });
    return { status: statusOf(Object.fromEntries(response.headers)), body: await response.text() };
  };
}

test('the handler gets what Fastify has parsed, and white space is no other question', async () => {
  const ask = await start();
  expect(await ask('{"a":1}')).toEqual({ status: 'fwd=miss; stored', body: '{"got":{"a":1}}' });
  expect(await ask(' { "a": 1 } ')).toEqual({ status: 'hit; ttl=60', body: '{"got":{"a":1}}' });
  expect(await ask('{"a":2}')).toEqual({ status: 'fwd=miss; stored', body: '{"got":{"a":2}}' });
  expect((await ask('[1]', 'text/plain')).body).toBe('{"got":"[1]"}');
  expect((await ask('[1]')).body).toBe('{"got":[1]}');
});

test('what is left of a content that a parser passes on as a stream', async () => {
  const ask = await start(({ app }) =>
    app.addContentTypeParser('text/x-stream', (_request, payload, done) => done(null, payload)),
  );
  expect(await ask('abc', 'text/x-stream')).toEqual({ status: 'fwd=miss; stored', body: '{"got":"abc"}' });
  expect(await ask('abc', 'text/x-stream')).toEqual({ status: 'hit; ttl=60', body: '{"got":"abc"}' });
  expect((await ask('abd', 'text/x-stream')).body).toBe('{"got":"abd"}');
});

test('content that a parser has made into something else than data goes to the handler', async () => {
  const ask = await start(({ app }) =>
    app.addContentTypeParser('text/x-date', { parseAs: 'string' }, (_request, _payload, done) =>
      done(null, new Date(0)),
    ),
  );
  expect((await ask('abc', 'text/x-date')).status).toBe('fwd=bypass; detail=REQUEST-BODY');
});
