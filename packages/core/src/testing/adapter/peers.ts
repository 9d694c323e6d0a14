import { describe, expect, test } from 'vitest';
import { counted, eventually, gate, startApp, startOne } from './app.js';
import { askAndLeave, same, textsOf, waiting } from './crowd.js';
import type { TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;
const BIG = 'x'.repeat(100_000);

/**
 * Behaviours that the suites of other caches test, by their numbers in our list of them: ocache (5, 13, 68), Souin (7),
 * Apache Traffic Server (13), nginx (47, 55, 59).
 */
export function peerCases(host: TestHost): void {
  describe('what other caches are tested for', () => {
    test('5. a response larger than the whole memory is served, and throws nothing else out', async () => {
      const app = await startOne(
        host,
        RULE,
        (run, { url }) => ({ body: url === '/big' ? BIG : `run ${run}` }),
        {
          memory: { maxSize: 50_000 },
        },
      );
      await app.get('/small');
      for (const _ of [1, 2]) expect((await app.get('/big')).text).toBe(BIG);
      expect(app.calls()).toBe(3);
      expect(await app.get('/small')).toMatchObject({ text: 'run 1', cacheStatus: 'hit; ttl=60' });
    });

    test('7. a client that leaves in the middle of the body does not tear it for those who wait', async () => {
      const { opened, open } = gate();
      async function* parts(run: number): AsyncGenerator<string> {
        yield `run ${run}: `;
        if (run === 1) await opened;
        yield 'whole';
      }
      const app = await startOne(host, RULE, (run) => ({ body: parts(run) }));
      const leave = askAndLeave(app);
      await eventually(() => app.calls() === 1);
      const others = await waiting(app, 3);
      leave();
      expect(await textsOf(others)).toEqual(same(3, 'run 2: whole'));
      open();
      expect(await app.get('/')).toMatchObject({ text: 'run 2: whole', cacheStatus: 'hit; ttl=60' });
    });

    test('13. a POST to what is stored reaches its handler whole', async () => {
      const app = await startApp(host, [
        { path: '/page', rule: RULE, answer: () => ({ body: 'page' }) },
        {
          method: 'POST',
          path: '/page',
          rule: RULE,
          answer: ({ method, headers }) => ({ body: `${method} ${String(headers['content-length'])}` }),
        },
      ]);
      await app.get('/page');
      const posted = await app.send('POST', '/page', { 'content-type': 'application/json' }, '{"a":1}');
      expect([posted.text, posted.cacheStatus]).toEqual(['POST 7', 'fwd=method']);
    });

    test('47. of three variants each is hit; one that is fetched anew leaves the others', async () => {
      const app = await startOne(host, RULE, (run, { headers }) => ({
        headers: { Vary: 'X-Lang' },
        body: `${String(headers['x-lang'])} ${run}`,
      }));
      const ask = async (lang: string): Promise<string> => (await app.get('/', { 'x-lang': lang })).text;
      for (const _ of [1, 2])
        expect([await ask('de'), await ask('fr'), await ask('it')]).toEqual(['de 1', 'fr 2', 'it 3']);
      app.clock.advance(30_000);
      expect(await ask('en')).toBe('en 4');
      app.clock.advance(31_000);
      expect(await ask('de')).toBe('de 5');
      for (const _ of [1, 2]) expect([await ask('de'), await ask('en')]).toEqual(['de 5', 'en 4']);
    });

    test('55. a stale answer is there in full while its refresh has not begun to answer', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, { ttl: '10s', swr: '1m' }, async (run) => {
        if (run === 2) await opened;
        return { body: BIG + run };
      });
      await app.get('/');
      app.clock.advance(11_000);
      for (const _ of [1, 2]) expect((await app.get('/')).text).toBe(`${BIG}1`);
      expect(app.calls()).toBe(2);
      open();
      await expect.poll(async () => (await app.get('/')).text).toBe(`${BIG}2`);
    });

    test('59. an answer that comes after those who waited for it have gone on does not replace a later one', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, { ...RULE, waitLimit: '2s' }, async (run) => {
        if (run === 1) await opened;
        return { body: `run ${run}` };
      });
      const first = app.get('/');
      await eventually(() => app.calls() === 1);
      const others = await waiting(app, 2);
      app.clock.advance(2000);
      expect((await textsOf(others)).toSorted()).toEqual(['run 2', 'run 3']);
      expect((await app.get('/')).cacheStatus).toBe('fwd=miss; stored');
      open();
      expect((await first).text).toBe('run 1');
      expect(await app.get('/')).toMatchObject({ text: 'run 4', cacheStatus: 'hit; ttl=60' });
    });

    test.each(['cookie', 'authorization'])(
      '68. the way to the login is not shown to one with %s',
      async (name) => {
        const handler = counted((_run, { headers }) =>
          headers[name] === undefined
            ? { status: 302, headers: { Location: '/login' } }
            : { body: `page of ${headers[name] as string}` },
        );
        const app = await startApp(host, [{ path: '/account', rule: RULE, answer: handler.answer }]);
        expect((await app.get('/account')).status).toBe(302);
        expect((await app.get('/account', { [name]: 'id=a' })).text).toBe('page of id=a');
        expect((await app.get('/account', { [name]: 'id=b' })).text).toBe('page of id=b');
        expect((await app.get('/account')).status).toBe(302);
        expect(handler.calls).toBe(4);
      },
    );
  });
}
