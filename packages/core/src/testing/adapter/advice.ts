import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, startOne } from './app.js';
import type { TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

/** The codes of what the application was advised of. */
export function adviceOf({ events }: Pick<App, 'events'>): readonly string[] {
  return events.flatMap((event) => (event.type === 'advice' ? [event.code] : []));
}

/** What the cache says of mistakes in the set-up. */
export function adviceCases(host: TestHost): void {
  describe('advice', () => {
    let warn = vi.fn<typeof process.emitWarning>();
    beforeEach(() => void (warn = vi.spyOn(process, 'emitWarning').mockReturnValue()));
    afterEach(() => void vi.restoreAllMocks());

    test.each(['user', 'auth', 'session'])(
      'U06 who becomes known only behind the cache, as req.%s, gets an answer of his own',
      async (place) => {
        const app = await startOne(host, RULE, (run, req) => {
          Object.assign(req, { [place]: { name: `user ${run}` } });
          return { body: `for user ${run}` };
        });
        for (const run of [1, 2, 3]) {
          const { text, cacheStatus } = await app.get('/');
          expect([text, cacheStatus]).toEqual([`for user ${run}`, 'fwd=miss; detail=AFTER-AUTH']);
        }
        expect(app.cache.stats()).toMatchObject({ stored: 0, notStored: { 'AFTER-AUTH': 3 } });
        expect(adviceOf(app)).toEqual(['AFTER-AUTH']);
        expect(warn).toHaveBeenCalledExactlyOnceWith(
          expect.stringContaining('Register authentication so that it runs before the cache'),
          { type: 'ShelflifeAdvice', code: 'AFTER-AUTH' },
        );
      },
    );

    test('U06 those who wait for his answer ask for themselves', async () => {
      const app = await startOne(host, RULE, async (run, req) => {
        await new Promise(setImmediate);
        Object.assign(req, { user: run });
        return { body: `for user ${run}` };
      });
      const answers = await Promise.all([app.get('/'), app.get('/'), app.get('/')]);
      expect(answers.map(({ text }) => text).toSorted()).toEqual(['for user 1', 'for user 2', 'for user 3']);
    });

    test('U06 also when he becomes known while the body is sent', async () => {
      const app = await startOne(host, RULE, (run, req) => ({
        body: (async function* body() {
          yield 'for user ';
          Object.assign(req, { user: run });
          yield String(run);
        })(),
      }));
      expect((await app.get('/')).text).toBe('for user 1');
      expect((await app.get('/')).text).toBe('for user 2');
      expect(adviceOf(app)).toEqual(['AFTER-AUTH']);
    });

    test(`U06 a 'by' that finds no user yet does not vouch for him`, async () => {
      const by = (req: object): string => (req as { user?: string }).user ?? 'guest';
      const app = await startOne(host, { ...RULE, by }, (run, req) => {
        if (run === 1) Object.assign(req, { user: 'admin' });
        return { body: `run ${run}` };
      });
      await app.get('/');
      expect([(await app.get('/')).text, (await app.get('/')).text]).toEqual(['run 2', 'run 2']);
    });

    test('with advice: false nothing is said, and still nothing of his is stored', async () => {
      const answer = (run: number, req: object): { body: string } => {
        Object.assign(req, { user: run });
        return { body: `for user ${run}` };
      };
      const app = await startOne(host, RULE, answer, { advice: false });
      expect([(await app.get('/')).text, (await app.get('/')).text]).toEqual(['for user 1', 'for user 2']);
      expect(adviceOf(app)).toEqual([]);
      expect(warn).not.toHaveBeenCalled();
    });

    test('an application without mistakes hears nothing', async () => {
      const app = await startOne(host, RULE, (run) => ({ body: `run ${run}` }));
      await app.get('/');
      expect([(await app.get('/')).text, adviceOf(app)]).toEqual(['run 1', []]);
    });
  });
}
