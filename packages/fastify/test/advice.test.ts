import compress from '@fastify/compress';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import shelflife from '../src/index.js';
import { build, type Built, statusOf } from './app.js';

const RULE = { ttl: '1m', vary: ['x-key'] } as const;

type WithUser = FastifyRequest & { user: string | null };
const BY_USER = {
  ttl: '1m',
  by: (request: FastifyRequest) => (request as WithUser).user ?? undefined,
} as const;

const authenticate = async (request: FastifyRequest): Promise<void> => {
  (request as WithUser).user = String(request.headers['x-key']);
};

const greet = (request: FastifyRequest): string => `hello ${(request as WithUser).user}`;

function adviceOf({ events }: Built): readonly string[] {
  return events.flatMap((event) => (event.type === 'advice' ? [event.code] : []));
}

async function statuses({ app }: Built): Promise<readonly string[]> {
  const ask = async (): Promise<string> =>
    statusOf((await app.inject({ url: '/', headers: { 'x-key': 'alice' } })).headers);
  return [await ask(), await ask()];
}

beforeEach(() => void vi.spyOn(process, 'emitWarning').mockReturnValue());
afterEach(() => void vi.restoreAllMocks());

test.each<[string, (app: FastifyInstance) => unknown]>([
  ['an onRequest hook', (app) => app.addHook('onRequest', authenticate).get('/', greet)],
  ['a preHandler hook', (app) => app.addHook('preHandler', authenticate).get('/', greet)],
  ['a preHandler of the route', (app) => app.get('/', { preHandler: authenticate }, greet)],
])('authentication in %s runs before the cache', async (_where, add) => {
  const built = build();
  await built.app.decorateRequest('user', null).register(shelflife, { cache: built.cache, rule: BY_USER });
  add(built.app);
  expect(await statuses(built)).toEqual(['fwd=miss; stored', 'hit; ttl=60']);
  expect(adviceOf(built)).toEqual([]);
});

test('U09 in a preHandler that a later plugin adds, or in the handler, it runs behind the cache: nothing is stored', async () => {
  const built = build();
  const { app, cache } = built;
  await app.decorateRequest('user', null).register(shelflife, { cache, rule: RULE });
  app.addHook('onRoute', (route) => {
    route.preHandler = [route.preHandler ?? [], authenticate].flat();
  });
  app.get('/', greet);
  const refused = 'fwd=miss; detail=AFTER-AUTH';
  expect(await statuses(built)).toEqual([refused, refused]);
  expect(adviceOf(built)).toEqual(['AFTER-AUTH']);
});

test('compression is no mistake: whatever the order, the cache takes what comes before it', async () => {
  const built = build();
  const { app, cache } = built;
  await app.register(shelflife, { cache, rule: { ttl: '1m' } });
  await app.register(compress);
  app.get('/', (_request, reply) => reply.type('text/plain').send('again and '.repeat(1000)));
  const { headers } = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
  expect([headers['content-encoding'], adviceOf(built)]).toEqual(['gzip', []]);
});
