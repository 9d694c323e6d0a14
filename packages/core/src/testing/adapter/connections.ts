import { describe, expect, test } from 'vitest';
import { eventually, gate, startApp, startOne } from './app.js';
import { requestText } from './client.js';
import { askAndLeave, waiting } from './crowd.js';
import type { TestHost } from './host.js';

const RULE = { ttl: '1m' } as const;

/** F41, F44: several requests on one connection, and answers that do not end. */
export function connectionCases(host: TestHost): void {
  describe('connections', () => {
    test('F44 pipelined requests are answered in their order, hits and misses mixed', async () => {
      const { opened, open } = gate();
      const app = await startOne(host, RULE, async (_run, { url }) => {
        if (url === '/slow') await opened;
        return { body: `<${url}>` };
      });
      const paths = ['/slow', '/hit', '/slow', '/new', '/hit', '/private', '/new', '/hit'];
      await app.get('/hit', { Host: 'shop' });
      const text = app.raw(
        paths
          .map((path, at) =>
            requestText(
              path,
              ...(path === '/private' ? ['Cookie: s=1'] : []),
              ...(at === paths.length - 1 ? ['Connection: close'] : []),
            ),
          )
          .join(''),
      );
      await eventually(() => app.calls() === 4);
      open();
      expect((await text).match(/<[^>]*>/g)).toEqual(paths.map((path) => `<${path}>`));
      expect((await text).match(/; hit/g)).toHaveLength(5);
      expect(app.calls()).toBe(4);
    });

    test('F44 answers without a body leave the connection in step', async () => {
      const app = await startApp(host, [
        {
          path: '/*',
          rule: RULE,
          raw(req, res) {
            res.setHeader('ETag', '"v"');
            for (const part of [`<${req.url}>`, '.'.repeat(3000)]) res.write(part);
            res.end();
          },
        },
      ]);
      const known = 'If-None-Match: "v"';
      const text = await app.raw(
        [
          requestText('/a', known),
          requestText('/b'),
          requestText('/a').replace('GET', 'HEAD'),
          requestText('/b', known),
          requestText('/a'),
          requestText('/c').replace('GET', 'HEAD'),
          requestText('/c', known, 'Connection: close'),
        ].join(''),
      );
      expect(text.match(/HTTP\/1\.1 \d+|<[^>]*>/g)).toEqual(
        '304 200 </b> 200 304 200 </a> 200 304'
          .split(' ')
          .map((part) => (part.startsWith('<') ? part : `HTTP/1.1 ${part}`)),
      );
    });

    test('F44 connections that break off leave nothing on those that stay', async () => {
      const app = await startOne(host, RULE, (_run, { url }) => ({
        body: (async function* () {
          yield `<${url}`;
          if (url === '/torn') throw new Error('torn');
          yield '>';
        })(),
      }));
      const staying = app.connect();
      const parts: string[] = [];
      staying.on('data', (part) => parts.push(part.toString()));
      for (const path of ['/a', '/b', '/a']) {
        const torn = app.raw(requestText('/torn') + requestText('/a'));
        staying.write(requestText(path));
        expect(await torn).not.toContain('</torn>');
        await eventually(
          () => parts.join('').endsWith('>\r\n0\r\n\r\n') || parts.join('').endsWith(`<${path}>`),
        );
      }
      expect(parts.join('').match(/<\/a|<\/b|<\/torn/g)).toEqual(['</a', '</b', '</a']);
      staying.destroy();
      expect(app.cache.stats()).toMatchObject({ stored: 2, flights: 0 });
    });
  });

  test('F41 a stream without an end is served, holds nobody up once it is too large, and is not stored', async () => {
    let calls = 0;
    const app = await startApp(host, [
      {
        path: '/',
        rule: { ...RULE, maxBodySize: '64kb' },
        async raw(_req, res) {
          const run = ++calls;
          if (run > 1) return void res.end(`run ${run}`);
          res.write('x'.repeat(64 * 1024));
          await begun.opened;
          res.write('x');
        },
      },
    ]);
    const begun = gate();
    const leave = askAndLeave(app);
    await eventually(() => calls === 1);
    const others = await waiting(app, 3);
    expect(calls).toBe(1);
    begun.open();
    const texts = (await Promise.all(others)).map(({ text }) => text);
    expect(texts.toSorted()).toEqual(['run 2', 'run 3', 'run 4']);
    expect(app.events).toContainEqual({ type: 'not-stored', url: '/', reason: 'TOO-LARGE' });
    leave();
  });
}
