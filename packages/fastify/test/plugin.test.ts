import { createCache } from '@shelflife/core';
import { fastify, type preHandlerHookHandler, type RouteOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import shelflife from '../src/index.js';
import { build, counting } from './app.js';

const RULE = { ttl: '1m' } as const;
const HIT = 'hit; ttl=60';
const STORED = 'fwd=miss; stored';

describe('which routes cache', () => {
  test('those with a rule of their own: a rule, or the name of a profile', async () => {
    const { app, cache, get } = build({}, { profiles: { page: { ttl: '2m' } } });
    await app.register(shelflife, { cache });
    app.get('/rule', { config: { cache: RULE } }, counting());
    app.get('/profile', { config: { cache: 'page' } }, counting());
    app.get('/none', counting());
    for (const [url, ...expected] of [
      ['/rule', STORED, HIT],
      ['/profile', STORED, 'hit; ttl=120'],
      ['/none', 'none', 'none'],
    ] as const)
      expect([(await get(url))[1], (await get(url))[1]]).toEqual(expected);
    expect(app.responseCache).toBe(cache);
  });

  test('all with the rule of the plugin, unless they say otherwise', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/default', counting());
    app.get('/own', { config: { cache: { ttl: '3m' } } }, counting());
    app.get('/off', { config: { cache: false } }, counting());
    for (const url of ['/default', '/own', '/off']) await get(url);
    expect((await get('/default'))[1]).toBe(HIT);
    expect((await get('/own'))[1]).toBe('hit; ttl=180');
    expect(await get('/off')).toEqual([200, 'none', 'run 2']);
  });

  test('nothing is added to a route that does not cache', async () => {
    const { app, cache } = build();
    await app.register(shelflife, { cache });
    const seen: RouteOptions[] = [];
    app.addHook('onRoute', (route) => void seen.push(route));
    app.get('/none', counting());
    app.get('/off', { config: { cache: false } }, counting());
    app.post('/off', { config: { cache: false } }, counting());
    expect(seen.map(({ preHandler }) => preHandler)).toEqual(seen.map(() => undefined));
  });

  test('an unsafe method invalidates what is stored for its URL', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache });
    app.get('/thing', { config: { cache: RULE } }, counting());
    app.put('/thing', () => 'changed');
    app.post('/thing', (_request, reply) => reply.code(400).send('no'));
    await get('/thing');
    await app.inject({ method: 'POST', url: '/thing' });
    expect(await get('/thing')).toEqual([200, HIT, 'run 1']);
    await app.inject({ method: 'PUT', url: '/thing' });
    expect(await get('/thing')).toEqual([200, STORED, 'run 2']);
  });
});

describe('scopes', () => {
  test('one within another inherits the cache, and overrides the rule for itself only', async () => {
    const { app, cache, get } = build();
    await app.register(shelflife, { cache, rule: RULE });
    await app.register(
      async (child) => {
        await child.register(shelflife, { rule: { ttl: '5m' } });
        child.get('/page', counting());
        await child.register(async (grandchild) => void grandchild.get('/deep', counting()));
        expect(child.responseCache).toBe(cache);
      },
      { prefix: '/child' },
    );
    await app.register(
      async (child) => {
        await child.register(shelflife, { rule: false });
        child.get('/page', counting());
        child.get('/own', { config: { cache: RULE } }, counting());
      },
      { prefix: '/off' },
    );
    await app.register(async (child) => void child.get('/page', counting()), { prefix: '/plain' });
    app.get('/page', counting());
    const expected = {
      '/child/page': 'hit; ttl=300',
      '/child/deep': 'hit; ttl=300',
      '/off/page': 'none',
      '/off/own': HIT,
      '/plain/page': HIT,
      '/page': HIT,
    };
    for (const url of Object.keys(expected)) await get(url);
    const got = await Promise.all(Object.keys(expected).map(async (url) => [url, (await get(url))[1]]));
    expect(Object.fromEntries(got)).toEqual(expected);
  });

  test('registered in one, it does nothing in those beside and above', async () => {
    const { app, cache, get } = build();
    const other = createCache();
    await app.register(async (child) => {
      await child.register(shelflife, { cache, rule: RULE });
      child.get('/a', counting());
    });
    await app.register(async (child) => {
      await child.register(shelflife, { cache: other, rule: { ttl: '2m' } });
      child.get('/b', counting());
    });
    app.get('/c', counting());
    for (const url of ['/a', '/b', '/c']) await get(url);
    expect((await get('/a'))[1]).toBe(HIT);
    expect((await get('/b'))[1]).toMatch(/^hit; ttl=1\d\d/);
    expect((await get('/c'))[1]).toBe('none');
    expect(app.hasDecorator('responseCache')).toBe(false);
    expect(cache.stats().stored).toBe(1);
  });
});

describe('what is wrong is said at start', () => {
  test.each<[string, object, RegExp]>([
    ['no cache', {}, /no cache was given\. Write app\.register\(shelflife, \{ cache: createCache\(\) \}\)/],
    ['a wrong rule', { cache: createCache(), rule: { ttl: 60 } }, /rule\.ttl/],
    ['an unknown profile', { cache: createCache(), rule: 'pages' }, /pages/],
  ])('%s', async (_title, options, message) => {
    await expect(fastify().register(shelflife, options)).rejects.toThrow(message);
  });

  test('a wrong rule of a route', async () => {
    const { app, cache } = build();
    await app.register(shelflife, { cache });
    expect(() => app.get('/', { config: { cache: { ttl: '5 minutes' as '5m' } } }, counting())).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION' }),
    );
  });

  test.each([
    ['app.responseCache', 'decorate', 'responseCache'],
    ['request.cache', 'decorateRequest', 'cache'],
  ] as const)('%s is taken', async (name, decorate, property) => {
    const { app, cache } = build();
    (app[decorate] as (name: string, value: unknown) => void).call(app, property, null);
    await expect(app.register(shelflife, { cache })).rejects.toThrow(`another plugin has decorated ${name}`);
  });

  test('twice in one scope', async () => {
    const { app, cache } = build();
    await app.register(shelflife, { cache });
    await expect(app.register(shelflife, { cache })).rejects.toThrow('twice in one scope');
  });
});

describe('order', () => {
  const guard: preHandlerHookHandler = (request, reply, done) => {
    if (request.headers['x-user'] === undefined) reply.code(401).send('who?');
    else done();
  };

  test.each(['onRequest', 'preValidation', 'preHandler'] as const)(
    'a hit passes the authentication of scope and route in %s first',
    async (hook) => {
      const { app, cache, get } = build();
      await app.register(shelflife, { cache, rule: RULE });
      app.get('/route', { [hook]: guard }, counting());
      await app.register(async (child) => {
        child.addHook(hook, guard);
        child.get('/scope', counting());
      });
      for (const url of ['/route', '/scope']) {
        await get(url, { 'x-user': 'alice' });
        expect((await get(url, { 'x-user': 'bob' }))[1]).toBe(HIT);
        expect(await get(url)).toEqual([401, 'none', 'who?']);
      }
    },
  );

  test('onResponse and logging see a hit as any other answer', async () => {
    const { app, cache, get } = build();
    const seen: unknown[] = [];
    app.addHook('onResponse', async (_request, reply) => {
      seen.push([reply.statusCode, reply.getHeader('x-a'), reply.getHeader('cache-status')]);
    });
    await app.register(shelflife, { cache, rule: RULE });
    app.get('/', (_request, reply) => reply.code(203).header('x-a', 'b').send('x'));
    await get('/');
    await get('/');
    expect(seen).toEqual([
      [203, 'b', `shelflife; ${STORED}`],
      [203, 'b', `shelflife; ${HIT}`],
    ]);
  });
});
