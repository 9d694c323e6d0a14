import { describe, expect, test } from 'vitest';
import { eventually, gate, startApp, startOne } from './app.js';
import type { TestHost } from './host.js';

/** What `validators` told must not outlive: an answer that was made later has a tag of its own. */
export function validatorRaceCases(host: TestHost): void {
  describe('validators and what happens meanwhile', () => {
    test('what is invalidated while they are asked is not named by them: nobody has it already', async () => {
      const { opened, open } = gate();
      let [version, asked] = [1, 0];
      const validators = async (): Promise<{ etag: string }> => {
        const etag = `"v${version}"`;
        asked++;
        if (asked === 1) await opened;
        return { etag };
      };
      const app = await startOne(host, { ttl: '1m', tags: ['t'], validators }, () => ({
        body: `body ${version}`,
      }));
      const pending = app.get('/');
      await eventually(() => asked === 1);
      version = 2;
      await app.cache.invalidate({ tags: ['t'] });
      open();
      expect(await pending).toMatchObject({ status: 200, text: 'body 2' });
      const other = await app.get('/', { 'if-none-match': '"v1"' });
      expect([other.status, other.text, other.cacheStatus]).toEqual([200, 'body 2', 'hit; ttl=60']);
    });

    test('who has waited for another answer in vain asks them anew', async () => {
      const { opened, open } = gate();
      let version = 1;
      let answer = 'good';
      const rule = { ttl: '1m', validators: () => ({ etag: `"v${version}"` }) } as const;
      const app = await startOne(host, rule, async () => {
        if (answer === 'good') return { body: `body ${version}` };
        answer = 'good';
        await opened;
        return { status: 500, body: 'failed' };
      });
      answer = 'bad';
      const failing = app.get('/');
      await eventually(() => app.calls() === 1);
      const before = app.clock.pending;
      const waiting = app.get('/', { 'if-none-match': '"none"' });
      await eventually(() => app.clock.pending > before);
      version = 2;
      open();
      expect((await failing).status).toBe(500);
      expect((await waiting).headers['etag']).toBe('"v2"');
      expect((await app.get('/', { 'if-none-match': '"v1"' })).text).toBe('body 2');
    });

    test('when they tell nothing, there may be nothing yet: PUT with If-None-Match: * creates it', async () => {
      const rule = { ttl: '1m', validators: () => ({ etag: undefined }) } as const;
      const app = await startApp(host, [
        { method: 'PUT', path: '/page', rule, answer: () => ({ status: 201 }) },
        { path: '/page', rule, answer: () => ({ status: 404, body: 'none' }) },
      ]);
      expect((await app.get('/page', { 'if-none-match': '*' })).status).toBe(404);
      expect((await app.send('PUT', '/page', { 'if-none-match': '*' }, 'new')).status).toBe(201);
    });
  });
}
