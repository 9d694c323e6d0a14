import { createCache } from '@shelflife/core';
import { fakeClock, gate } from '@shelflife/core/testing';
import type { RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS, whenOpen } from './host.js';

/** How many lines of this name a raw head has. */
function linesOf(lines: readonly string[], name: string): readonly string[] {
  return lines.filter((_, at) => at % 2 === 1 && lines[at - 1]!.toLowerCase() === name);
}

describe.each(VERSIONS)("%s: the rule of a route takes the place of app.use's", (_name, express) => {
  const start = (
    outer: Parameters<typeof responseCache>[1],
    inner: Parameters<typeof responseCache>[1],
    handler: RequestHandler = counting(),
  ): ReturnType<typeof startExpress> =>
    startExpress(express, (server, cache) => {
      server.use(responseCache(cache, outer));
      server.get('/', responseCache(cache, inner), handler);
    });

  test('with its ttl and one Cache-Status', async () => {
    const app = await start({ ttl: '1m' }, { ttl: '5m' });
    const miss = await app.get('/');
    const hit = await app.get('/');
    expect(linesOf(miss.lines, 'cache-status')).toEqual(['shelflife; fwd=miss; stored']);
    expect(linesOf(hit.lines, 'cache-status')).toEqual(['shelflife; hit; ttl=300']);
    expect([hit.text, app.cache.stats().stored]).toEqual(['run 1', 1]);
  });

  test('also where its key is another one', async () => {
    const app = await start({ ttl: '1m', query: 'none' }, { ttl: '5m', query: 'all' });
    expect((await app.get('/?a=1')).text).toBe('run 1');
    expect((await app.get('/?a=2')).text).toBe('run 2');
    expect((await app.get('/?a=1')).text).toBe('run 1');
  });

  test.each([
    ['the outer bypasses', { ttl: '1m' }, { ttl: '5m', cookies: 'ignore' }],
    ['the outer is a failing function', { ttl: '1m', key: () => '' }, { ttl: '5m', cookies: 'ignore' }],
  ] as const)('when %s, with one Cache-Status', async (_title, outer, inner) => {
    const app = await start(outer, inner);
    const cookie = { cookie: 'a=1' };
    expect(linesOf((await app.get('/', cookie)).lines, 'cache-status')).toEqual([
      'shelflife; fwd=miss; stored',
    ]);
    for (const headers of [cookie, {}] as const) {
      expect(linesOf((await app.get('/', headers)).lines, 'cache-status')).toEqual([
        'shelflife; hit; ttl=300',
      ]);
    }
  });

  test('when it bypasses, nothing is stored by either', async () => {
    const app = await start({ ttl: '1m' }, { ttl: '5m', bypass: () => true });
    for (const run of [1, 2]) {
      const response = await app.get('/');
      expect(linesOf(response.lines, 'cache-status')).toEqual(['shelflife; fwd=bypass; detail=RULE']);
      expect(response.text).toBe(`run ${run}`);
    }
    expect(app.cache.stats().stored).toBe(0);
  });

  test('and answers conditional requests', async () => {
    const app = await start({ ttl: '1m' }, { ttl: '5m' });
    const etag = (await app.get('/')).headers['etag']!;
    const hit = await app.get('/', { 'if-none-match': etag });
    expect([hit.status, hit.text, hit.cacheStatus]).toEqual([304, '', 'hit; ttl=300']);
    await app.cache.invalidate({ all: true });
    const miss = await app.get('/', { 'if-none-match': '"other"' });
    expect([miss.status, miss.text, miss.cacheStatus]).toEqual([200, 'run 2', 'fwd=miss; stored']);
  });

  test('a conditional miss is answered with 304 and stored whole', async () => {
    const app = await start({ ttl: '1m' }, { ttl: '5m' }, (_req, res) => {
      res.set('ETag', '"v1"').send('whole');
    });
    const miss = await app.get('/', { 'if-none-match': '"v1"' });
    expect([miss.status, miss.text]).toEqual([304, '']);
    const hit = await app.get('/');
    expect([hit.status, hit.text, hit.cacheStatus]).toEqual([200, 'whole', 'hit; ttl=300']);
  });

  test('requests that wait at the outer rule are let go, and wait at the inner one', async () => {
    const [between, inside] = [gate(), gate()];
    const handler = counting();
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ttl: '1m' }));
      server.use(whenOpen(between));
      server.get('/', responseCache(cache, { ttl: '5m' }), whenOpen(inside), handler);
    });
    const all = Array.from({ length: 5 }, () => app.get('/'));
    await expect.poll(() => app.events.length).toBe(1);
    between.open();
    // One forward at the outer rule for each, and one at the inner for the first.
    await expect.poll(() => app.events.filter(({ type }) => type === 'forward').length).toBe(6);
    inside.open();
    expect((await Promise.all(all)).map(({ text }) => text)).toEqual(
      Array.from({ length: 5 }, () => 'run 1'),
    );
    expect(handler.calls()).toBe(1);
  });

  test('also when the inner middleware belongs to another cache', async () => {
    const other = createCache({ name: 'other', clock: fakeClock() });
    const handler = counting();
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ttl: '1m' }));
      server.get('/', responseCache(other, { ttl: '5m' }), handler);
    });
    await app.get('/');
    expect(linesOf((await app.get('/')).lines, 'cache-status')).toEqual(['other; hit; ttl=300']);
    expect([app.cache.stats().stored, other.stats().stored]).toEqual([0, 1]);
    await other.close();
  });

  test('an unsafe method invalidates once', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.use(responseCache(cache, { ttl: '1m' }));
      server.put('/', responseCache(cache), (_req, res) => void res.send('done'));
    });
    const { text, lines } = await app.send('PUT', '/');
    expect([text, ...linesOf(lines, 'cache-status')]).toEqual(['done', 'shelflife; fwd=method']);
    expect(app.cache.stats().invalidations).toBe(1);
  });
});
