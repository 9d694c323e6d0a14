import type { Rule } from '@shelflife/core';
import { type Fault, faultyStore, mapStore } from '@shelflife/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { responseCache } from '../src/index.js';
import { counting, startExpress, VERSIONS } from './host.js';

/** A function of a rule that throws. */
function fail(): never {
  throw new Error('on purpose');
}

const RULE = { ttl: '1m' } as const;

describe.each(VERSIONS)('%s: what goes wrong in the cache never reaches the client', (_name, express) => {
  const warnings: string[] = [];
  beforeEach(() => {
    vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    warnings.length = 0;
  });

  test('a listener that throws', async () => {
    const app = await startExpress(express, (server, cache) => {
      cache.on('*', fail);
      server.get('/', responseCache(cache, RULE), counting());
    });
    const answers = [await app.get('/'), await app.get('/'), await app.get('/', { cookie: 'a=1' })];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ text }) => text)).toEqual(['run 1', 'run 1', 'run 2']);
    expect(warnings[0]).toContain('on purpose');
  });

  test.each<Fault>(['throw', 'reject', 'garbage'])('a store whose operations all %s', async (fault) => {
    const store = faultyStore(mapStore(), { get: fault, set: fault, delete: fault });
    const build: Parameters<typeof startExpress>[1] = (server, cache) => {
      server.get('/', responseCache(cache, RULE), counting());
    };
    const app = await startExpress(express, build, { store, memory: false });
    for (const run of [1, 2, 3])
      expect(await app.get('/')).toMatchObject({ status: 200, text: `run ${run}` });
    const withMemory = await startExpress(express, build, { store });
    for (const _ of [1, 2, 3])
      expect(await withMemory.get('/')).toMatchObject({ status: 200, text: 'run 1' });
  });

  test('a store that hangs costs its deadline', async () => {
    const store = faultyStore(mapStore(), { get: 'hang', set: 'hang' });
    const app = await startExpress(
      express,
      (server, cache) => void server.get('/', responseCache(cache, RULE), counting()),
      { store },
    );
    const answer = app.get('/');
    await expect.poll(() => app.clock.pending).toBeGreaterThan(0);
    app.clock.advance(60);
    expect(await answer).toMatchObject({ status: 200, text: 'run 1' });
    expect(app.events.find(({ type }) => type === 'store-failed')).toMatchObject({ operation: 'get' });
    app.clock.advance(10_000);
  });

  test('a second tier: another process reads what this one stored, and the middleware waits for it', async () => {
    const store = mapStore();
    const build: Parameters<typeof startExpress>[1] = (server, cache) => {
      server.use(responseCache(cache, RULE));
      server.get('/', counting());
    };
    const app = await startExpress(express, build, { store, memory: false });
    expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
    await expect.poll(() => store.size).toBe(1);
    expect(await app.get('/')).toMatchObject({ text: 'run 1', cacheStatus: 'hit; ttl=60' });
  });

  test.each<[string, Rule]>([
    ['key', { key: () => '' }],
    ['by', { by: () => '' }],
    ['bypass', { bypass: () => 'yes' as unknown as boolean }],
    ['key that throws', { key: fail }],
  ])('a rule whose %s returns nonsense: past the cache', async (_option, wrong) => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ...RULE, ...wrong }), counting());
    });
    expect(await app.get('/')).toMatchObject({
      text: 'run 1',
      cacheStatus: 'fwd=bypass; detail=RULE-FUNCTION',
    });
    expect(app.events[0]).toMatchObject({ type: 'rule-failed', error: { code: 'ERR_RULE_FUNCTION' } });
  });

  test('a rule whose tags throw: answered, not stored', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, { ...RULE, tags: fail }), counting());
    });
    for (const run of [1, 2]) expect(await app.get('/')).toMatchObject({ status: 200, text: `run ${run}` });
    expect(app.cache.stats()).toMatchObject({ stored: 0, notStored: { 'RULE-FUNCTION': 2 } });
  });

  test('a closed cache lets every request pass', async () => {
    const app = await startExpress(express, (server, cache) => {
      server.get('/', responseCache(cache, RULE), counting());
    });
    await app.get('/');
    await app.cache.close();
    expect(await app.get('/')).toMatchObject({ text: 'run 2', cacheStatus: 'fwd=bypass; detail=CLOSED' });
  });
});
