import { describe, expect, test } from 'vitest';
import type { Store } from '../../store/store.js';
import { type Fault, type Faults, faultyStore } from '../faulty-store.js';
import { mapStore } from '../map-store.js';
import { type App, eventually, startOne } from './app.js';
import { waitingTasks } from './crowd.js';
import type { TestHost } from './host.js';

const DEADLINE_MS = 50;

type StoreApp = App & { readonly calls: () => number };

const failures = (app: App, operation: string): number =>
  app.events.filter((event) => event.type === 'store-failed' && event.operation === operation).length;

/** An application that keeps nothing in memory of its own: every request asks the store. */
const startWith = (host: TestHost, store: Store): Promise<StoreApp> =>
  startOne(host, { ttl: '1m' }, (run, { url }) => ({ body: `run ${run} of ${url}` }), {
    store,
    memory: false,
  });

/** A store that fails costs its deadline at most, and no client ever sees it (design.md, invariant 3). */
export function storeFaultCases(host: TestHost): void {
  describe('a second tier', () => {
    test('that works answers', async () => {
      const app = await startWith(host, mapStore());
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
      expect((await app.get('/')).text).toBe('run 1 of /');
    });

    test.each<[operation: 'get' | 'set', fault: Fault]>([
      ['get', 'throw'],
      ['get', 'reject'],
      ['get', 'garbage'],
      ['set', 'throw'],
      ['set', 'reject'],
      ['set', 'garbage'],
    ])('whose %s does this (%s) is a miss, and works again when it is mended', async (operation, fault) => {
      const store = faultyStore(mapStore());
      const app = await startWith(host, store);
      await app.get('/');
      expect((await app.get('/')).text).toBe('run 1 of /');
      app.clock.advance(60_000);
      store.faults = { [operation]: fault };
      for (const run of [2, 3]) {
        const { status, text } = await app.get('/');
        expect([status, text]).toEqual([200, `run ${run} of /`]);
      }
      // What a store kept wrongly is found out when it is read.
      await eventually(() => failures(app, fault === 'garbage' ? 'get' : operation) > 0);
      store.faults = {};
      await app.get('/');
      const { calls } = app;
      const before = calls();
      expect((await app.get('/')).cacheStatus).toMatch(/^hit/);
      expect(calls()).toBe(before);
    });

    test('whose get hangs costs its deadline, then the handler runs', async () => {
      const store = faultyStore(mapStore());
      const app = await startWith(host, store);
      await app.get('/');
      store.faults = { get: 'hang' };
      const asked = app.get('/');
      await eventually(() => app.clock.pending === 1);
      app.clock.advance(DEADLINE_MS - 1);
      expect([app.clock.pending, failures(app, 'get')]).toEqual([1, 0]);
      app.clock.advance(1);
      const { status, text } = await asked;
      expect([status, text]).toEqual([200, 'run 2 of /']);
      expect(failures(app, 'get')).toBe(1);
    });

    test('whose set hangs costs nobody anything', async () => {
      const app = await startWith(host, faultyStore(mapStore(), { set: 'hang' }));
      expect((await app.get('/')).text).toBe('run 1 of /');
      expect((await app.get('/')).text).toBe('run 2 of /');
      app.clock.advance(DEADLINE_MS);
      await eventually(() => failures(app, 'set') === 2);
    });

    test('that hangs altogether does not stop the memory tier', async () => {
      const faults: Faults = { get: 'hang', set: 'hang', delete: 'hang' };
      const app = await startOne(host, { ttl: '1m' }, (run) => ({ body: `run ${run}` }), {
        store: faultyStore(mapStore(), faults),
      });
      const first = app.get('/');
      await eventually(() => app.clock.pending === 1);
      app.clock.advance(DEADLINE_MS);
      expect((await first).text).toBe('run 1');
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
      await app.cache.invalidate({ all: true });
      const second = app.get('/');
      await eventually(() => app.calls() === 2 || waitingTasks(app) > 1);
      app.clock.advance(DEADLINE_MS);
      expect((await second).text).toBe('run 2');
      app.clock.advance(DEADLINE_MS);
    });

    test('that gives the bytes of another key is a miss', async () => {
      const inner = mapStore();
      let any: string | undefined;
      const app = await startWith(host, {
        ...inner,
        get: (key) => inner.get(any ?? key),
        async set(key, bytes, ttlMs) {
          any ??= key;
          await inner.set(key, bytes, ttlMs);
        },
      });
      expect((await app.get('/a')).text).toBe('run 1 of /a');
      expect((await app.get('/b')).text).toBe('run 2 of /b');
      expect((await app.get('/a')).text).toBe('run 1 of /a');
      expect(failures(app, 'get')).toBe(1);
    });

    test.each<[string, unknown]>([
      ['null', null],
      ['a text', 'text'],
      ['a number', 7],
      ['an object', { kind: 'response' }],
      ['no bytes', new Uint8Array(0)],
      ['a gigabyte that is none', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    ])('that gives %s is a miss', async (_title, value) => {
      const app = await startWith(host, { ...mapStore(), get: async () => value as Uint8Array });
      for (const run of [1, 2]) {
        const { status, text } = await app.get('/');
        expect([status, text]).toEqual([200, `run ${run} of /`]);
      }
    });

    describe('that answers late', () => {
      /** A store whose replies to `get` wait in `late`, with what they were when it was asked. */
      const lateStore = (): { readonly store: Store; readonly late: (() => void)[]; isLate: boolean } => {
        const inner = mapStore();
        const late: (() => void)[] = [];
        const slow = { late, isLate: false, store: { ...inner, get } };
        async function get(key: string): Promise<Uint8Array | undefined> {
          const bytes = await inner.get(key);
          if (slow.isLate) await new Promise<void>((resolve) => late.push(resolve));
          return bytes;
        }
        return slow;
      };

      test('does not make the handler run for what has come meanwhile', async () => {
        const slow = lateStore();
        slow.isLate = true;
        const app = await startOne(host, { ttl: '1m' }, (run) => ({ body: `run ${run}` }), {
          store: slow.store,
        });
        const [first, second] = [app.get('/'), app.get('/')];
        await eventually(() => slow.late.length === 2);
        slow.late[0]!();
        expect((await first).text).toBe('run 1');
        slow.late[1]!();
        expect((await second).cacheStatus).toBe('hit; ttl=60');
        expect(app.calls()).toBe(1);
      });

      test('does not bring back what has been replaced meanwhile', async () => {
        const slow = lateStore();
        const options = { store: slow.store, memory: { maxEntries: 1 } };
        const rule = { ttl: '1m', swr: '1h' } as const;
        const app = await startOne(host, rule, (run) => ({ body: `run ${run}` }), options);
        for (const path of ['/', '/other']) await app.get(path);
        app.clock.advance(61_000);
        slow.isLate = true;
        const [first, second] = [app.get('/'), app.get('/')];
        await eventually(() => slow.late.length === 2);
        slow.late[0]!();
        await first;
        await eventually(() => app.cache.stats().stored === 3);
        slow.late[1]!();
        expect((await second).text).toBe('run 3');
        expect((await app.get('/')).text).toBe('run 3');
      });
    });

    test('with 50 requests at once that find its get hanging runs the handler once', async () => {
      const app = await startWith(host, faultyStore(mapStore(), { get: 'hang' }));
      const asked = Array.from({ length: 50 }, () => app.get('/'));
      await eventually(() => app.clock.pending === 50);
      app.clock.advance(DEADLINE_MS);
      for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
      expect(app.calls()).toBe(1);
    });
  });
}
