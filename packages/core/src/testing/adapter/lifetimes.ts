import { describe, expect, test } from 'vitest';
import { formatHttpDate } from '../../http/http-date.js';
import type { Rule } from '../../rule/rule.js';
import { startOne } from './app.js';
import type { TestAnswer, TestHost, TestRequest } from './host.js';

const NOW = Date.UTC(2026, 0, 1);

/** The date that is so many seconds after the start of a test's clock. */
const inSeconds = (seconds: number): string => formatHttpDate(NOW + seconds * 1000);

/** How long an answer is fresh, and who has the last word on it (design.md section 5). */
export function lifetimeCases(host: TestHost): void {
  test('jitter shortens lifetimes by chance, by its share at most', async () => {
    const rule: Rule<TestRequest> = { ttl: '1000s', jitter: 0.2 };
    const app = await startOne(host, rule, (run) => ({ body: `run ${run}` }));
    for (let page = 0; page < 20; page++) await app.get(`/${page}`);
    const ttls = app.events.flatMap((event) => (event.type === 'stored' ? [event.ttl / 1000] : []));
    expect(Math.min(...ttls)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...ttls)).toBeLessThanOrEqual(1000);
    expect(new Set(ttls).size).toBeGreaterThan(10);
    expect((await app.get('/0')).cacheStatus).toBe(`hit; ttl=${Math.floor(ttls[0]!)}`);
  });

  describe('whose word wins', () => {
    interface Row {
      readonly rule?: Rule<TestRequest>;
      /** Cache-Control of the handler. */
      readonly control?: string;
      readonly headers?: TestAnswer['headers'];
      /** What the handler says to the cache. */
      readonly said?: string | 0;
      /** Seconds of freshness, or why there are none. */
      readonly is: number | string;
    }
    const ttl = { ttl: '1m' } as const;
    const override = { ttl: '30s', overrideLifetime: true } as const;
    test.each<Row>([
      // Nobody, then the rule.
      { is: 'NO-LIFETIME' },
      { rule: ttl, is: 60 },
      { rule: { ttl: 0 }, is: 'NO-LIFETIME' },
      { rule: ttl, control: 'public', is: 60 },
      // The response before the rule; s-maxage, max-age, Expires among themselves.
      { rule: ttl, control: 'max-age=10', is: 10 },
      { rule: ttl, control: 'max-age=100', is: 100 },
      { rule: ttl, control: 'max-age=10, s-maxage=20', is: 20 },
      { rule: ttl, control: 's-maxage=0, max-age=10', is: 'NO-LIFETIME' },
      { rule: ttl, control: 'max-age=0', is: 'NO-LIFETIME' },
      { rule: { ...ttl, swr: '1h', staleIfError: '1h' }, control: 'max-age=0', is: 'NO-LIFETIME' },
      { rule: ttl, headers: { Expires: inSeconds(15) }, is: 15 },
      { rule: ttl, headers: { Expires: inSeconds(-1) }, is: 'NO-LIFETIME' },
      { rule: ttl, control: 'max-age=10', headers: { Expires: inSeconds(15) }, is: 10 },
      { control: 'max-age=10', is: 10 },
      // With overrideLifetime the rule before the response.
      { rule: override, control: 'max-age=10, s-maxage=20', is: 30 },
      { rule: override, control: 'max-age=0', is: 30 },
      { rule: override, headers: { Expires: '0' }, is: 30 },
      { rule: { overrideLifetime: true }, control: 'max-age=10', is: 10 },
      // What the handler tells this cache before both.
      { said: '2m', is: 120 },
      { rule: ttl, said: '2m', is: 120 },
      { rule: ttl, control: 'max-age=10, s-maxage=20', said: '2m', is: 120 },
      { rule: override, control: 'max-age=10', said: '2m', is: 120 },
      { rule: ttl, said: 0, is: 'NO-LIFETIME' },
      { rule: override, said: 0, is: 'NO-LIFETIME' },
      // What forbids before everybody.
      { rule: override, control: 'no-store, max-age=10', said: '2m', is: 'NO-STORE' },
      { rule: override, control: 'private, max-age=10', said: '2m', is: 'PRIVATE' },
      { rule: override, control: 'no-cache, max-age=10', said: '2m', is: 'NO-CACHE' },
      { rule: override, control: 'no-cache="x"', said: '2m', is: 'NO-CACHE' },
      // What the rule tells browsers has no say.
      { rule: { ...ttl, cacheControl: 'max-age=5' }, is: 60 },
      { rule: { ...ttl, cacheControl: 'no-store' }, is: 60 },
      { rule: { cacheControl: 'max-age=5' }, is: 'NO-LIFETIME' },
      { rule: { ...ttl, cacheControl: 'max-age=5' }, control: 'max-age=10', is: 10 },
    ])('%j', async ({ rule = {}, control, headers = {}, said, is }) => {
      const all = control === undefined ? headers : { ...headers, 'Cache-Control': control };
      const app = await startOne(host, rule, (_run, _req, cache) => {
        if (said !== undefined) cache.ttl(said);
        return { headers: all, body: 'x' };
      });
      const seconds = typeof is === 'number' ? is : 0;
      const answers = [await app.get('/'), await app.get('/')];
      app.clock.advance(Math.max(seconds * 1000 - 1, 0));
      answers.push(await app.get('/'));
      app.clock.advance(1);
      answers.push(await app.get('/'));
      // An answer whose Expires is over by then may not be stored again.
      const statuses = answers.map(({ cacheStatus }) => cacheStatus.replace(/; stored$/, ''));
      const refused = `fwd=miss; detail=${is}`;
      expect(statuses.slice(0, 3)).toEqual(
        seconds === 0 ? [refused, refused, refused] : ['fwd=miss', `hit; ttl=${seconds}`, 'hit; ttl=0'],
      );
      expect(statuses[3]).toMatch(/^fwd=miss/);
    });

    test('cacheControl is for clients: sent with the answer and its hits when the handler said nothing', async () => {
      const rule = { ttl: '1m', cacheControl: 'public, max-age=5' } as const;
      const app = await startOne(host, rule, (_run, { url }) => ({
        headers: url === '/own' ? { 'Cache-Control': 'max-age=30' } : {},
        body: 'x',
      }));
      for (const [path, control] of [
        ['/', 'public, max-age=5'],
        ['/own', 'max-age=30'],
      ] as const) {
        for (const answer of [await app.get(path), await app.get(path)]) {
          expect(answer.headers['cache-control']).toBe(control);
        }
      }
    });

    test('cacheControl is not sent with an answer that is not stored', async () => {
      const rule = { ttl: '1m', cacheControl: 'public, max-age=5' } as const;
      const app = await startOne(host, rule, () => ({ headers: { 'Set-Cookie': 'a=b' }, body: 'x' }));
      expect((await app.get('/')).headers).not.toHaveProperty('cache-control');
      const failing = await startOne(host, rule, () => ({ status: 500, body: 'x' }));
      expect((await failing.get('/')).headers).not.toHaveProperty('cache-control');
    });
  });

  describe('age', () => {
    test('grows with the clock, and ttl shrinks', async () => {
      const app = await startOne(host, { ttl: '1m' }, () => ({ body: 'x' }));
      expect((await app.get('/')).headers).not.toHaveProperty('age');
      for (const [ms, age, left] of [
        [0, '0', 60],
        [999, '0', 59],
        [1, '1', 59],
        [58_999, '59', 0],
      ] as const) {
        app.clock.advance(ms);
        const hit = await app.get('/');
        expect([hit.headers['age'], hit.cacheStatus]).toEqual([age, `hit; ttl=${left}`]);
      }
    });

    test.each<[TestAnswer['headers'], number]>([
      [{ Age: '20' }, 20],
      [{ Date: inSeconds(-20) }, 20],
      [{ Age: '5', Date: inSeconds(-20) }, 20],
      [{ Age: '20', Date: inSeconds(-5) }, 20],
      [{ Age: 'old' }, 0],
      [{ Date: inSeconds(20) }, 0],
    ])('what an upstream says of it is counted: %j', async (headers, age) => {
      for (const rule of [{ ttl: '1m' }, { ttl: '1m', overrideLifetime: true }] as const) {
        const app = await startOne(host, rule, () => ({ headers: headers!, body: 'x' }));
        await app.get('/');
        app.clock.advance(3000);
        const hit = await app.get('/');
        expect([hit.headers['age'], hit.cacheStatus]).toEqual([String(age + 3), `hit; ttl=${57 - age}`]);
      }
    });
  });
}
