import { describe, expect, test } from 'vitest';
import type { Rule } from '../../rule/rule.js';
import { startApp, startOne } from './app.js';
import type { TestHost, TestRequest } from './host.js';
import { attack, EVIL, reflect, textOf } from './reflecting.js';

const RULE = { ttl: '1m' } as const;

/** attacks.md 2.2, P07: what a rule does about headers that handlers read and the key does not cover. */
export function unkeyedCases(host: TestHost): void {
  describe("poisoning through any header, with unkeyed: 'strip'", () => {
    const STRIP = { ...RULE, unkeyed: 'strip' } as const;
    const NAMES = ['x-mode', 'rsc', 'origin', 'user-agent', 'x-forwarded-for', 'accept-language', 'referer'];

    test.each(NAMES)('P07 a handler does not see %s', async (name) => {
      const app = await startOne(host, STRIP, reflect(name));
      const [attacked, victim] = await attack(app, { [name]: EVIL });
      expect(textOf(attacked!)).not.toContain(EVIL);
      expect(victim!.cacheStatus).toBe('hit; ttl=60');
      expect(app.calls()).toBe(1);
    });

    test('P07 nor does it while its body is being sent', async () => {
      const app = await startOne(host, STRIP, (_run, req) => {
        async function* body(): AsyncGenerator<string> {
          yield 'mode: ';
          yield String(req.headers['x-mode']);
          await Promise.resolve();
          yield `, ${String(req.headers['x-mode'])}`;
        }
        return { body: body() };
      });
      const [attacked] = await attack(app, { 'x-mode': EVIL });
      expect(attacked!.text).toBe('mode: undefined, undefined');
    });

    test('P07 nor in the other forms that Node has of headers', async () => {
      const app = await startApp(host, [
        {
          path: '/p',
          rule: { ...STRIP, vary: ['x-kept'] },
          raw(req, res) {
            const { headers, headersDistinct, rawHeaders } = req;
            res.end(JSON.stringify({ headers, headersDistinct, rawHeaders }));
          },
        },
      ]);
      const [attacked] = await attack(app, { 'x-mode': EVIL });
      expect(attacked!.text).not.toContain('x-mode');
      const kept = await app.get('/p', { 'X-Kept': 'yes' });
      expect(JSON.parse(kept.text)).toMatchObject({
        headers: { 'x-kept': 'yes' },
        headersDistinct: { 'x-kept': ['yes'] },
        rawHeaders: expect.arrayContaining(['X-Kept', 'yes']) as unknown,
      });
    });

    test('P07 of the cookies it sees those that the key covers', async () => {
      const rule: Rule<TestRequest> = { ...STRIP, cookies: { allow: ['lang'] } };
      const app = await startOne(host, rule, (_run, { headers }) => ({ body: String(headers['cookie']) }));
      expect((await app.get('/p', { cookie: 'sid=secret; lang=de' })).text).toBe('lang=de');
      expect((await app.get('/p', { cookie: 'sid=other' })).text).toBe('undefined');
    });

    test('a handler sees what the key covers: vary, and what shapes links', async () => {
      const rule: Rule<TestRequest> = { ...STRIP, vary: ['Accept-Language'] };
      const app = await startOne(host, rule, (_run, { headers }) => ({
        body: [headers['accept-language'], headers['x-forwarded-proto'], headers['x-mode']]
          .map(String)
          .join(),
      }));
      const headers = { 'accept-language': 'en', 'x-forwarded-proto': 'https', 'x-mode': 'a' };
      expect((await app.get('/p', headers)).text).toBe('en,https,undefined');
      expect((await app.get('/p', { ...headers, 'x-mode': 'b' })).cacheStatus).toBe('hit; ttl=60');
      expect((await app.get('/p')).text).toBe('undefined,undefined,undefined');
    });

    test('a handler sees all of a request that bypasses the cache', async () => {
      const app = await startOne(host, STRIP, reflect('x-mode'));
      expect((await app.get('/p', { 'x-mode': 'a', cookie: 'a=b' })).headers['x-seen']).toBe('a');
    });
  });

  describe("unkeyed: 'report' names what handlers read and the key does not cover", () => {
    test('P07 once for each header of an answer, and nothing that the key covers', async () => {
      const rule: Rule<TestRequest> = { ...RULE, unkeyed: 'report', vary: ['accept-language'] };
      const app = await startOne(host, rule, (_run, { headers }) => {
        const names = ['x-mode', 'x-mode', 'accept-language', 'x-forwarded-host', 'host', 'x-user'];
        return { body: names.map((name) => String(headers[name])).join() };
      });
      const headers = { 'x-mode': 'm', 'accept-language': 'en', 'x-forwarded-host': 'h', 'x-user': 'u' };
      const answer = await app.get('/p?q=1', { ...headers, 'x-unread': 'x' });
      expect(answer.text).toBe(`m,m,en,h,127.0.0.1:${app.port},u`);
      expect(app.events.filter(({ type }) => type === 'unkeyed')).toEqual([
        { type: 'unkeyed', url: '/p?q=1', header: 'x-mode' },
        { type: 'unkeyed', url: '/p?q=1', header: 'x-user' },
      ]);
    });

    test('P07 also what they read while the body is being sent', async () => {
      const app = await startOne(host, { ...RULE, unkeyed: 'report' }, (_run, req) => {
        async function* body(): AsyncGenerator<string> {
          yield 'mode: ';
          yield String(req.headers['x-mode']);
        }
        return { body: body() };
      });
      expect((await app.get('/p', { 'x-mode': 'm' })).text).toBe('mode: m');
      expect(app.events).toContainEqual({ type: 'unkeyed', url: '/p', header: 'x-mode' });
    });

    test.each(['pass', 'strip'] as const)("'%s' does not report", async (unkeyed) => {
      const app = await startOne(host, { ...RULE, unkeyed }, reflect('x-mode'));
      await app.get('/p', { 'x-mode': 'm' });
      expect(app.events.some(({ type }) => type === 'unkeyed')).toBe(false);
    });
  });
}
