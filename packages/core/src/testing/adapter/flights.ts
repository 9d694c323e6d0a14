import { describe, expect, test } from 'vitest';
import { eventually, gate, startApp, startOne } from './app.js';
import { askAndLeave, same, textsOf, waiting, waitingTasks } from './crowd.js';
import type { TestAnswer, TestHost, TestRoute } from './host.js';

const RULE = { ttl: '1m' } as const;

async function* broken(): AsyncGenerator<string> {
  yield 'torn';
  throw new Error('the origin broke off');
}

/** Collapsed forwarding: one handler for all who ask at once, and nobody is left waiting. */
export function flightCases(host: TestHost): void {
  describe('collapsed forwarding', () => {
    test('200 concurrent cold requests run the handler once and get the same bytes', async () => {
      const { opened, open } = gate();
      const body = Uint8Array.from({ length: 5000 }, (_, at) => at % 256);
      const app = await startOne(host, RULE, async (run) => {
        await opened;
        return { body, headers: { 'x-run': String(run) } };
      });
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const others = await waiting(app, 199);
      open();
      expect((await first).cacheStatus).toBe('fwd=miss; stored');
      for (const { status, headers, body: got, cacheStatus } of await Promise.all(others)) {
        expect([status, headers['x-run'], cacheStatus]).toEqual([200, '1', 'hit; ttl=60; collapsed']);
        expect(got.equals(body)).toBe(true);
      }
      expect(app.calls()).toBe(1);
      expect(app.cache.stats()).toMatchObject({ collapsed: 199, misses: 1, stored: 1, flights: 0 });
      expect(waitingTasks(app)).toBe(0);
    });

    test('different variants of one URL that is not known to vary each run once', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (_run, req) => {
        await opened;
        return { body: `in ${String(req.headers['x-lang'])}`, headers: { vary: 'X-Lang' } };
      });
      const first = app.get('/', { 'X-Lang': 'de' });
      await eventually(() => app.calls() === 1);
      const german = await waiting(app, 5, { 'X-Lang': 'de' });
      const french = await waiting(app, 5, { 'X-Lang': 'fr' });
      const none = await waiting(app, 5);
      open();
      expect(await textsOf([first, ...german])).toEqual(same(6, 'in de'));
      expect(await textsOf(french)).toEqual(same(5, 'in fr'));
      expect(await textsOf(none)).toEqual(same(5, 'in undefined'));
      expect(app.calls()).toBe(3);
    });

    describe('somebody else takes over, for all, when the one who asks', () => {
      const failing: readonly [title: string, first: () => TestAnswer][] = [
        [
          'F34 has a handler that throws',
          () => {
            throw new Error('failed');
          },
        ],
        ['gets a 500', () => ({ status: 500, body: 'failed' })],
        ['gets a 503', () => ({ status: 503, body: 'failed' })],
        ['gets a torn body', () => ({ body: broken() })],
      ];
      test.each(failing)('%s', async (_title, fail) => {
        const { opened, open } = gate();
        const app = await startOne(host, RULE, async (run) => {
          await opened;
          return run === 1 ? fail() : { body: `run ${run}` };
        });
        const first = app.get('/').catch(() => undefined);
        await eventually(() => app.calls() === 1);
        const others = await waiting(app, 5);
        open();
        expect((await first)?.status).not.toBe(200);
        expect(await textsOf(others)).toEqual(same(5, 'run 2'));
        expect(app.calls()).toBe(2);
      });

      const leaving: readonly [title: string, raw: NonNullable<TestRoute['raw']>][] = [
        ['F34 has its response destroyed', (_req, res) => void (res.write('torn'), res.destroy())],
        ['has its socket destroyed', (_req, res) => void res.socket!.destroy()],
        [
          'has its socket taken over',
          (_req, res) => void res.socket!.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nmy'),
        ],
      ];
      test.each(leaving)('%s', async (_title, raw) => {
        const { opened, open } = gate();
        let calls = 0;
        const app = await startApp(host, [
          {
            path: '/',
            rule: RULE,
            async raw(req, res) {
              const run = ++calls;
              await opened;
              if (run === 1) raw(req, res);
              else res.end(`run ${run}`);
            },
          },
        ]);
        void app.get('/').catch(() => undefined);
        await eventually(() => calls === 1);
        const others = await waiting(app, 5);
        open();
        expect(await textsOf(others)).toEqual(same(5, 'run 2'));
        expect(calls).toBe(2);
      });

      test('F31 leaves while its handler runs', async () => {
        const { opened, open } = gate();
        const app = await startOne(host, RULE, async (run) => {
          if (run === 1) await opened;
          return { body: `run ${run}` };
        });
        const leave = askAndLeave(app);
        await eventually(() => app.calls() === 1);
        const others = await waiting(app, 5);
        leave();
        expect(await textsOf(others)).toEqual(same(5, 'run 2'));
        expect(app.calls()).toBe(2);
        open();
      });
    });

    test('an error that stays is an error for everybody, in the end from a handler of his own', async () => {
      const [leader, others] = [gate(), gate()];
      const app = await startOne(host, RULE, async (run) => {
        if (run === 1) await leader.opened;
        if (run > 3) await others.opened;
        return { status: 502, body: `run ${run}` };
      });
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const asked = await waiting(app, 10);
      leader.open();
      // Two more have tried for all; from then on nobody waits for anybody.
      await eventually(() => app.calls() === 11);
      others.open();
      const answers = await Promise.all([first, ...asked]);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 502));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(11);
      expect(app.cache.stats()).toMatchObject({ stored: 0, flights: 0 });
    });
  });
}
