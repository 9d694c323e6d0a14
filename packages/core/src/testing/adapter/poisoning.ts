import { describe, expect, test } from 'vitest';
import { AUTHORITY_SHAPING } from '../../key/forwarded.js';
import { startOne } from './app.js';
import type { TestHost } from './host.js';
import { attack, EVIL, reflect } from './reflecting.js';

const RULE = { ttl: '1m' } as const;
/** attacks.md 2.2: an attacker fills the cache with what a header says, and a victim asks for the same URL. */
export function poisoningCases(host: TestHost): void {
  describe('poisoning through headers, by default', () => {
    const P06 = ['x-forwarded-prefix', 'x-forwarded-port', 'x-forwarded-scheme', 'forwarded', 'x-host'];
    const OTHERS = AUTHORITY_SHAPING.filter((name) => name !== 'x-forwarded-host' && !P06.includes(name));
    test.each<readonly [row: string, name: string]>([
      ['P01', 'x-forwarded-host'],
      ...P06.map((name) => ['P06', name] as const),
      ...OTHERS.map((name) => ['like P06', name] as const),
    ])('%s a reflected %s reaches nobody else', async (_row, name) => {
      const app = await startOne(host, RULE, reflect(name));
      const [attacked] = await attack(app, { [name]: EVIL });
      expect(attacked!.headers['x-seen']).toBe(EVIL);
    });

    test('P01 a redirect to X-Forwarded-Host redirects nobody else', async () => {
      const app = await startOne(host, RULE, (_run, { headers }) => ({
        status: 301,
        headers: { Location: `https://${String(headers['x-forwarded-host'] ?? headers['host'])}/there` },
      }));
      expect((await app.get('/p', { 'x-forwarded-host': EVIL })).headers['location']).toContain(EVIL);
      for (const victim of [await app.get('/p'), await app.get('/p')]) {
        expect(victim.headers['location']).toBe(`https://127.0.0.1:${app.port}/there`);
      }
    });

    test.each(['x-original-url', 'x-rewrite-url'])(
      'P03 %s does not put another page in place',
      async (name) => {
        const app = await startOne(host, RULE, (_run, { url, headers }) => ({
          body: `page of ${String(headers[name] ?? url)}`,
        }));
        expect((await app.get('/public', { [name]: '/admin' })).text).toBe('page of /admin');
        for (const victim of [await app.get('/public'), await app.get('/public')]) {
          expect(victim.text).toBe('page of /public');
        }
        expect((await app.get('/admin')).text).toBe('page of /admin');
      },
    );

    test('P04 each Host has its own entries', async () => {
      const app = await startOne(host, RULE, (_run, { headers }) => ({ body: String(headers['host']) }));
      for (const status of ['fwd=miss; stored', 'hit; ttl=60']) {
        for (const name of [EVIL, 'good.example', 'good.example:8080', `${EVIL}.good.example`]) {
          const answer = await app.get('/p', { host: name });
          expect([answer.text, answer.cacheStatus]).toEqual([name, status]);
        }
      }
    });

    test('P04 a Host that is not among hosts of the rule bypasses the cache', async () => {
      const rule = { ...RULE, hosts: ['good.example', '*.good.example'] };
      const app = await startOne(host, rule, (_run, { headers }) => ({ body: String(headers['host']) }));
      for (const status of ['fwd=miss; stored', 'hit; ttl=60']) {
        for (const name of ['good.example', 'a.good.example'])
          expect((await app.get('/p', { host: name })).cacheStatus).toBe(status);
        for (const name of [EVIL, 'good.example:8080', 'good.example.evil.example', ''])
          expect((await app.get('/p', { host: name })).cacheStatus).toBe('fwd=bypass; detail=HOST');
      }
    });

    test.each(['https://evil.example', 'null', 'HTTPS://Evil.Example'])(
      'P23 Origin: %s, repeated in Access-Control-Allow-Origin without Vary, is allowed to nobody else',
      async (origin) => {
        const app = await startOne(host, RULE, (run, { headers }) => ({
          headers:
            headers['origin'] === undefined
              ? {}
              : { 'Access-Control-Allow-Origin': String(headers['origin']).toLowerCase() },
          body: String(run),
        }));
        expect((await app.get('/p', { origin })).cacheStatus).toBe('fwd=miss; stored');
        expect((await app.get('/p')).headers).not.toHaveProperty('access-control-allow-origin');
        const good = await app.get('/p', { origin: 'https://good.example' });
        expect(good.headers['access-control-allow-origin']).toBe('https://good.example');
        const again = await app.get('/p', { origin: 'https://good.example' });
        expect(again.headers['access-control-allow-origin']).toBe('https://good.example');
        expect(again.cacheStatus).toBe('hit; ttl=60');
      },
    );

    test.each(['x-mode', 'x-forwarded-for', 'accept-language', 'user-agent', 'x-user'])(
      'P07 what the handler names in Vary is kept apart: %s',
      async (name) => {
        const app = await startOne(host, RULE, (run, req) => {
          const { headers = {}, body = '' } = reflect(name)(run, req);
          return { headers: { ...headers, Vary: name }, body };
        });
        const [attacked] = await attack(app, { [name]: EVIL });
        expect(attacked!.headers['x-seen']).toBe(EVIL);
      },
    );
  });
}
