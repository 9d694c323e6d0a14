import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { type App, eventually, type Gate, gate, startApp } from './app.js';
import type { TestHost, TestRequest, TestRoute } from './host.js';

const RULE: Rule<TestRequest> = { ttl: '10s', swr: '10m', tags: ['page'], key: () => 'key of the page' };

/** Every way to say that something is invalid. */
const WAYS: readonly (readonly [string, (app: App) => Promise<unknown>])[] = [
  ['its tag', ({ cache }) => cache.invalidate({ tags: ['page'] })],
  ['its key', ({ cache }) => cache.invalidate({ keys: ['key of the page'] })],
  ['its path', ({ cache }) => cache.invalidate({ paths: ['/page'] })],
  ['everything', ({ cache }) => cache.invalidate({ all: true })],
  ['an unsafe method', (app) => app.send('POST', '/page')],
];

/** A page whose handler reads its data at once and answers when its gate opens; every run has a gate. */
interface Page {
  readonly app: App;
  readonly gates: readonly Gate[];
  readonly calls: () => number;
  /** Changes the data, then invalidates. */
  readonly change: (invalidate: (app: App) => Promise<unknown>) => Promise<void>;
}

async function startPage(host: TestHost, streams = false): Promise<Page> {
  const gates = Array.from({ length: 6 }, gate);
  let calls = 0;
  let data = 1;
  const answer: TestRoute['answer'] = async () => {
    const read = `data ${data}`;
    const { opened } = gates[calls++]!;
    if (!streams) await opened;
    return { body: streams ? parts(read, opened) : read };
  };
  const app = await startApp(host, [
    { path: '/page', rule: RULE, answer },
    { method: 'POST', path: '/page', rule: {}, answer: () => ({ status: 204 }) },
  ]);
  return {
    app,
    gates,
    calls: () => calls,
    async change(invalidate) {
      data++;
      await invalidate(app);
    },
  };
}

async function* parts(text: string, opened: Promise<void>): AsyncGenerator<string> {
  yield text.slice(0, 5);
  await opened;
  yield text.slice(5);
}

/** What a handler read before an invalidation is never served after it (consistency.md, 4.1). */
export function lateFillCases(host: TestHost): void {
  describe.each(WAYS)('C01, C02, C10: a handler at work while %s is invalidated', (_way, invalidate) => {
    test.each([
      ['whole', false],
      ['in parts', true],
    ])('C01 answers its own client and nobody else, %s', async (_how, streams) => {
      const { app, gates, calls, change } = await startPage(host, streams);
      const first = app.get('/page');
      await eventually(() => calls() === 1);
      await change(invalidate);
      gates[0]!.open();
      expect((await first).text).toBe('data 1');
      gates[1]!.open();
      expect((await app.get('/page')).text).toBe('data 2');
      expect((await app.get('/page')).cacheStatus).toMatch(/^hit/);
      expect(calls()).toBe(2);
    });

    test('C01 lets its waiting requests share an answer that began later', async () => {
      const { app, gates, calls, change } = await startPage(host);
      const leader = app.get('/page');
      await eventually(() => calls() === 1);
      const followers = [app.get('/page'), app.get('/page'), app.get('/page')];
      await eventually(() => app.clock.pending === 3);
      await change(invalidate);
      gates[0]!.open();
      expect((await leader).text).toBe('data 1');
      await eventually(() => app.clock.pending === 2);
      gates[1]!.open();
      for (const { text } of await Promise.all(followers)) expect(text).toBe('data 2');
      expect(calls()).toBe(2);
    });

    test('C10 lets no later request join', async () => {
      const { app, gates, calls, change } = await startPage(host);
      const first = app.get('/page');
      await eventually(() => calls() === 1);
      await change(invalidate);
      gates[1]!.open();
      expect((await app.get('/page')).text).toBe('data 2');
      gates[0]!.open();
      expect((await first).text).toBe('data 1');
      expect((await app.get('/page')).text).toBe('data 2');
      expect(calls()).toBe(2);
    });

    test('C02 refreshes nothing in the background', async () => {
      const { app, gates, calls, change } = await startPage(host);
      gates[0]!.open();
      await app.get('/page');
      app.clock.advance(11_000);
      expect((await app.get('/page')).cacheStatus).toBe('hit; ttl=-1');
      await eventually(() => calls() === 2);
      await change(invalidate);
      const next = app.get('/page');
      await eventually(() => calls() === 3);
      gates[2]!.open();
      expect((await next).text).toBe('data 2');
      gates[1]!.open();
      await eventually(() => app.events.some((event) => event.type === 'not-stored'));
      expect((await app.get('/page')).text).toBe('data 2');
      expect(calls()).toBe(3);
    });
  });

  describe('a handler at work during an invalidation', () => {
    test.each([
      ['of something else fills the cache', { tags: ['other'] }, 'hit; ttl=10'],
      [`with mode 'stale' fills it with a stale response`, { tags: ['page'], mode: 'stale' }, 'hit; ttl=0'],
    ] as const)('%s', async (_title, target, cacheStatus) => {
      const { app, gates, calls, change } = await startPage(host);
      const first = app.get('/page');
      await eventually(() => calls() === 1);
      await change(({ cache }) => cache.invalidate(target));
      gates[0]!.open();
      expect((await first).text).toBe('data 1');
      expect(await app.get('/page')).toMatchObject({ text: 'data 1', cacheStatus });
    });

    test.each(['remove', 'stale'] as const)(
      `C10 a late request that waits, because the tag is not known yet, gets no old answer: '%s'`,
      async (mode) => {
        const gates = [gate(), gate()];
        let [data, calls] = [1, 0];
        const answer = async (): Promise<{ body: string }> => {
          const body = `data ${data}`;
          await gates[calls++]!.opened;
          return { body };
        };
        const app = await startApp(host, [{ path: '/', rule: { ttl: '1m', tags: () => ['late'] }, answer }]);
        const first = app.get('/');
        await eventually(() => calls === 1);
        data++;
        await app.cache.invalidate({ tags: ['late'], mode });
        const late = app.get('/');
        await eventually(() => app.clock.pending === 1);
        for (const { open } of gates) open();
        expect((await first).text).toBe('data 1');
        expect((await late).text).toBe('data 2');
      },
    );

    test('C01 a tag that the handler adds last is compared with all that happened since it began', async () => {
      const { opened, open } = gate();
      const answer: TestRoute['answer'] = async (_req, control) => {
        await opened;
        control.tag('late');
        return { body: 'x' };
      };
      const app = await startApp(host, [{ path: '/', rule: { ttl: '1m' }, answer }]);
      const first = app.get('/');
      await eventually(() => app.cache.stats().flights === 1);
      await app.cache.invalidate({ tags: ['late'] });
      open();
      await first;
      expect(app.cache.stats()).toMatchObject({ stored: 0, notStored: { INVALIDATED: 1 } });
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
    });
  });
}
