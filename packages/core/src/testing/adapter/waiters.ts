import { describe, expect, test } from 'vitest';
import { eventually, gate, startOne } from './app.js';
import { askAndLeave, same, textsOf, waiting, waitingTasks } from './crowd.js';
import type { TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

/** F32: nobody waits longer than he may, and those who wait may leave. */
export function waiterCases(host: TestHost): void {
  describe('requests that wait for the answer to another', () => {
    test('a handler that never ends holds nobody longer than the wait limit', async () => {
      const app = await startOne(host, { ...RULE, waitLimit: '2s' }, (run) =>
        run === 1 ? new Promise<never>(() => {}) : { body: `run ${run}` },
      );
      const leave = askAndLeave(app);
      await eventually(() => app.calls() === 1);
      const others = await waiting(app, 3);
      app.clock.advance(1999);
      expect(app.clock.pending).toBe(3);
      app.clock.advance(1);
      expect((await textsOf(others)).toSorted()).toEqual(['run 2', 'run 3', 'run 4']);
      for (const { cacheStatus } of await Promise.all(others))
        expect(cacheStatus).toBe('fwd=miss; detail=WAIT-LIMIT');
      // The next one does not wait at all, and what it gets is stored.
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
      expect((await app.get('/')).text).toBe('run 5');
      leave();
    });

    test('F32 those who wait may leave', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (run) => (await opened, { body: `run ${run}` }));
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const leave = askAndLeave(app);
      await eventually(() => app.clock.pending === 1);
      const others = await waiting(app, 2);
      leave();
      open();
      expect(await textsOf([first, ...others])).toEqual(same(3, 'run 1'));
      await eventually(() => waitingTasks(app) === 0);
      expect(app.cache.stats().flights).toBe(0);
      expect((await app.get('/')).cacheStatus).toBe('hit; ttl=60');
    });

    test('F32 the handler does not run for one who left while he waited', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (run, { url }) => {
        if (run === 1) await opened;
        return { body: url!, headers: { 'cache-control': 'private' } };
      });
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const leave = askAndLeave(app);
      await eventually(() => app.clock.pending === 1);
      leave();
      // By the time this is answered, the server knows that the other has left.
      await app.get('/another');
      open();
      await first;
      await app.get('/another');
      expect(app.calls()).toBe(3);
    });
  });
}
