import { describe, expect, test } from 'vitest';
import { eventually, gate, startOne } from './app.js';
import { waitingTasks } from './crowd.js';
import type { TestAnswer, TestHost } from './host.js';

const RULE = { ttl: '10s', staleIfError: '1m', tags: ['t'] } as const;

async function* parts(): AsyncGenerator<string> {
  yield* ['it ', 'failed'];
}

/** Answers well the first time, then as `later` says. */
const firstThen = (later: (run: number) => TestAnswer | Promise<TestAnswer>) => (run: number) =>
  run === 1 ? { body: 'good', headers: { 'x-kept': '1' } } : later(run);

/** A stored response that is stale by now, and a handler that fails when the gate is open. */
async function startStale(
  host: TestHost,
): Promise<{ app: Awaited<ReturnType<typeof startOne>>; open: () => void }> {
  const { opened, open } = gate();
  const app = await startOne(
    host,
    RULE,
    firstThen(() => opened.then(() => ({ status: 503 }))),
  );
  await app.get('/');
  app.clock.advance(11_000);
  return { app, open };
}

/** Stale-if-error: RFC 5861 section 4. */
export function staleIfErrorCases(host: TestHost): void {
  describe('stale-if-error', () => {
    test.each<[number, string, TestAnswer['body'], boolean]>([
      [500, 'whole', 'failed', true],
      [500, 'in parts', parts(), true],
      [502, 'whole', 'failed', true],
      [503, 'in parts', parts(), true],
      [504, 'whole', '', true],
      [501, 'whole', 'failed', false],
      [404, 'whole', 'failed', false],
      [429, 'in parts', parts(), false],
    ])('%i, %s', async (status, _how, body, stands) => {
      const answer = firstThen(() => ({ status, body: body!, headers: { 'x-failed': '1' } }));
      const app = await startOne(host, RULE, answer);
      await app.get('/');
      app.clock.advance(11_000);
      const second = await app.get('/');
      expect(app.calls()).toBe(2);
      const standIn = {
        status: 200,
        text: 'good',
        cacheStatus: `fwd=stale; fwd-status=${status}; detail=STALE-IF-ERROR`,
      };
      expect(second).toMatchObject(stands ? standIn : { status });
      const { 'x-kept': kept, 'x-failed': failed, age } = second.headers;
      expect([kept, failed, age]).toEqual(stands ? ['1', undefined, '11'] : [undefined, '1', undefined]);
    });

    test('stands in for a handler that throws', async () => {
      const answer = firstThen(() => {
        throw new Error('on purpose');
      });
      const app = await startOne(host, RULE, answer);
      await app.get('/');
      app.clock.advance(11_000);
      expect(await app.get('/')).toMatchObject({ status: 200, text: 'good' });
    });

    test('spares the handler for a second after each failure', async () => {
      const app = await startOne(
        host,
        RULE,
        firstThen(() => ({ status: 500 })),
      );
      await app.get('/');
      app.clock.advance(11_000);
      await app.get('/');
      app.clock.advance(999);
      expect(await app.get('/')).toMatchObject({
        text: 'good',
        cacheStatus: 'hit; ttl=-2; detail=STALE-IF-ERROR',
      });
      expect(app.calls()).toBe(2);
      app.clock.advance(1);
      expect((await app.get('/')).cacheStatus).toMatch(/^fwd=stale; fwd-status=500/);
      expect(app.calls()).toBe(3);
    });

    test('ends when its time is over, and a good answer ends it before', async () => {
      const app = await startOne(
        host,
        RULE,
        firstThen((run) => (run === 3 ? { body: 'new' } : { status: 500 })),
      );
      await app.get('/');
      app.clock.advance(69_999);
      expect((await app.get('/')).text).toBe('good');
      app.clock.advance(1000);
      expect(await app.get('/')).toMatchObject({ text: 'new', cacheStatus: 'fwd=miss; stored' });
      app.clock.advance(70_000);
      expect((await app.get('/')).status).toBe(500);
    });

    test('answers those who wait as well', async () => {
      const { app, open } = await startStale(host);
      const waiting = [app.get('/'), app.get('/'), app.get('/')];
      await eventually(() => waitingTasks(app) === 2);
      open();
      for (const { status, text } of await Promise.all(waiting))
        expect([status, text]).toEqual([200, 'good']);
      expect(app.calls()).toBe(2);
    });

    test('gives what was removed while the handler ran to nobody', async () => {
      const { app, open } = await startStale(host);
      const leader = app.get('/');
      await eventually(() => app.calls() === 2);
      await app.cache.invalidate({ tags: ['t'] });
      open();
      expect((await leader).status).toBe(503);
      expect((await app.get('/')).status).toBe(503);
    });

    test(`stands in for what was invalidated as 'stale'`, async () => {
      const app = await startOne(
        host,
        RULE,
        firstThen(() => ({ status: 500 })),
      );
      await app.get('/');
      await app.cache.invalidate({ tags: ['t'], mode: 'stale' });
      expect(await app.get('/')).toMatchObject({ status: 200, text: 'good' });
      app.clock.advance(60_000);
      expect((await app.get('/')).status).toBe(500);
    });

    test.each([
      ['must-revalidate', 'max-age=10, must-revalidate', 500],
      ['proxy-revalidate', 'max-age=10, proxy-revalidate', 500],
      ['s-maxage', 's-maxage=10', 500],
      ['a window of its own that is shorter', 'max-age=10, stale-if-error=0', 500],
      ['nothing of the kind', 'max-age=10', 200],
    ])('obeys the response: %s', async (_title, cacheControl, status) => {
      const app = await startOne(host, RULE, (run) =>
        run === 1
          ? { body: 'good', headers: { 'cache-control': cacheControl } }
          : { status: 500, body: 'failed' },
      );
      await app.get('/');
      app.clock.advance(11_000);
      expect((await app.get('/')).status).toBe(status);
    });

    test('errors are not stored, and whoever waits for one asks for himself', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, (run) =>
        run === 1 ? opened.then(() => ({ status: 500 })) : { body: `run ${run}` },
      );
      const [first, second] = [app.get('/'), app.get('/')];
      await eventually(() => app.clock.pending === 1);
      open();
      const answers = await Promise.all([first, second]);
      expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 500]));
    });
  });
}
