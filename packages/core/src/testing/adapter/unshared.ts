import { describe, expect, test } from 'vitest';
import { eventually, gate, startApp, startOne } from './app.js';
import { requestText } from './client.js';
import { askAndLeave, same, textsOf, waiting } from './crowd.js';
import type { TestAnswer, TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

const runs = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `run ${from + at}`);

const inOrder = (texts: readonly string[]): readonly string[] =>
  texts.toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)));

/** What those get who waited for an answer that turns out to be for one client only. */
export function unsharedCases(host: TestHost): void {
  describe('an answer that cannot be shared', () => {
    test.each<[string, TestAnswer['headers']]>([
      ['U14', { 'cache-control': 'private' }],
      ['U14', { 'cache-control': 'no-store' }],
      ['U14', { 'cache-control': 'no-cache' }],
      ['U03', { 'set-cookie': 'session=of-the-leader', 'cache-control': 'public, max-age=60' }],
      ['U05', { vary: 'Cookie' }],
      ['U05', { vary: '*' }],
      ['U20', { 'content-type': 'text/event-stream' }],
    ])('%s %o: each of 10 who waited runs his own handler, all at once', async (_id, headers) => {
      const [leader, others] = [gate(), gate()];
      const app = await startOne(host, RULE, async (run) => {
        await (run === 1 ? leader : others).opened;
        return { body: `run ${run}`, headers: headers! };
      });
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const asked = await waiting(app, 10);
      leader.open();
      expect((await first).text).toBe('run 1');
      // None of them waits for another of them.
      await eventually(() => app.calls() === 11);
      others.open();
      expect(inOrder(await textsOf(asked))).toEqual(runs(2, 11));
      expect(app.cache.stats().stored).toBe(0);
    });

    test('U14 an answer that the handler takes back after its head went out is not shared', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, (run, _req, control) => ({
        body: (async function* () {
          yield 'run ';
          await opened;
          control.skip();
          yield String(run);
        })(),
      }));
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const asked = await waiting(app, 3);
      open();
      expect((await first).text).toBe('run 1');
      expect(inOrder(await textsOf(asked))).toEqual(runs(2, 4));
      expect(app.cache.stats().stored).toBe(0);
    });

    test.each([
      ['PRIVATE', { 'cache-control': 'private' }],
      ['NO-STORE', { 'cache-control': 'no-store' }],
      ['NO-CACHE', { 'cache-control': 'no-cache' }],
      ['SET-COOKIE', { 'set-cookie': 'session=of-the-leader' }],
    ])(
      'U14 %s said by others as the answer goes out: it is neither stored nor shared',
      async (reason, late) => {
        const { opened, open } = gate();
        let calls = 0;
        const answer = async (): Promise<TestAnswer> => {
          const body = `run ${++calls}`;
          await opened;
          return { body };
        };
        const app = await startApp(host, [{ path: '/', rule: RULE, late, answer }]);
        const first = app.get('/');
        await eventually(() => calls === 1);
        const asked = await waiting(app, 3);
        open();
        expect((await first).text).toBe('run 1');
        expect(inOrder(await textsOf(asked))).toEqual(runs(2, 4));
        expect(app.cache.stats()).toMatchObject({ stored: 0, notStored: { [reason]: 4 } });
      },
    );

    test('U14 what others say to browsers as the answer goes out does no harm', async () => {
      const late = { 'cache-control': 'public, max-age=5', vary: 'accept-encoding' };
      const app = await startApp(host, [{ path: '/', rule: RULE, late, answer: () => ({ body: 'page' }) }]);
      const rule = { ...RULE, cacheControl: 'private, max-age=1' };
      const other = await startApp(host, [{ path: '/', rule, answer: () => ({ body: 'page' }) }]);
      for (const each of [app, other]) {
        expect((await each.get('/')).cacheStatus).toBe('fwd=miss; stored');
        expect((await each.get('/')).cacheStatus).toBe('hit; ttl=60');
      }
    });

    test('the key is remembered for 10 s: the next burst is not served one by one', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (run) => {
        if (run > 1) await opened;
        return { body: `run ${run}`, headers: { 'cache-control': 'private' } };
      });
      await app.get('/');
      app.clock.advance(9999);
      const burst = Array.from({ length: 5 }, () => app.get('/'));
      await eventually(() => app.calls() === 6);
      open();
      expect(inOrder(await textsOf(burst))).toEqual(runs(2, 6));
    });

    test('the key is forgotten as soon as an answer to it can be shared', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (run) => {
        if (run === 1) return { body: 'run 1', headers: { 'cache-control': 'private' } };
        if (run === 3) await opened;
        return { body: `run ${run}` };
      });
      await app.get('/');
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
      await app.cache.invalidate({ all: true });
      const first = app.get('/');
      await eventually(() => app.calls() === 3);
      const others = await waiting(app, 3);
      open();
      expect(await textsOf([first, ...others])).toEqual(same(4, 'run 3'));
    });

    test('after these 10 s requests wait for one another again', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (run) => {
        if (run === 1) return { body: 'run 1', headers: { 'cache-control': 'private' } };
        await opened;
        return { body: `run ${run}` };
      });
      await app.get('/');
      app.clock.advance(10_000);
      const first = app.get('/');
      await eventually(() => app.calls() === 2);
      const others = await waiting(app, 3);
      open();
      expect(await textsOf([first, ...others])).toEqual(same(4, 'run 2'));
    });

    test('a client that leaves does not mark the key: the next burst runs the handler once', async () => {
      const { opened, open } = gate();
      let calls = 0;
      const app = await startApp(host, [
        {
          path: '/',
          rule: RULE,
          async raw(_req, res) {
            if (++calls === 1) return void res.once('close', () => res.end('run 1'));
            await opened;
            res.end(`run ${calls}`);
          },
        },
      ]);
      const leave = askAndLeave(app);
      await eventually(() => calls === 1);
      leave();
      await eventually(() => app.events.some(({ type }) => type === 'not-stored'));
      const first = app.get('/');
      await eventually(() => calls === 2);
      const others = await waiting(app, 3);
      open();
      expect(await textsOf([first, ...others])).toEqual(same(4, 'run 2'));
    });

    test('U20 events without an end reach every client as they come, and nobody waits for them', async () => {
      let clients = 0;
      const app = await startApp(host, [
        {
          path: '/',
          rule: RULE,
          raw(_req, res) {
            res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
            res.write(`data: ${++clients}\n\n`);
          },
        },
      ]);
      const received = [1, 2, 3].map(() => {
        const socket = app.connect();
        const parts: string[] = [];
        socket.on('data', (part) => parts.push(part.toString()));
        socket.write(requestText('/'));
        return { text: () => parts.join(''), leave: () => socket.destroy() };
      });
      await eventually(() => received.every(({ text }) => text().includes('data: ')));
      expect(clients).toBe(3);
      expect(app.cache.stats()).toMatchObject({ stored: 0, flights: 0 });
      for (const { text, leave } of received) {
        expect(text()).toContain('fwd=miss; detail=EVENT-STREAM');
        leave();
      }
    });

    test('U20 a request to upgrade the connection bypasses the cache', async () => {
      const app = await startOne(host, RULE, (run) => ({ body: `run ${run}` }));
      expect((await app.get('/', { Host: 'shop' })).text).toBe('run 1');
      const text = await app.raw(requestText('/', 'Connection: Upgrade, close', 'Upgrade: websocket'));
      expect(text).toContain('fwd=bypass; detail=UPGRADE');
      expect(text).toContain('run 2');
      expect((await app.get('/', { Host: 'shop' })).text).toBe('run 1');
    });
  });
}
