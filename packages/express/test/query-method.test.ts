import express, { type RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { responseCache } from '../src/index.js';
import { startExpress, VERSIONS } from './host.js';

const RULE = { ttl: '1m', methods: ['GET', 'QUERY'] } as const;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Answers with what it has got. */
const echo: RequestHandler = (req, res) => void res.json({ got: req.body as unknown });

describe.each(VERSIONS)('%s: QUERY and body parsers', (_name, version) => {
  test.each(['before', 'after'])(
    'the parser may stand %s the cache: the handler gets the content',
    async (place) => {
      let runs = 0;
      const app = await startExpress(version, (server, cache) => {
        const [first, second] = [express.json(), responseCache(cache, RULE) as RequestHandler];
        const both = place === 'before' ? [first, second] : [second, first];
        server.use(...both, (_req, _res, next) => {
          runs += 1;
          next();
        });
        server.use(echo);
      });
      const long = JSON.stringify({ text: 'x'.repeat(40_000) });
      for (const body of ['{"a":1}', '{"a":2}', long]) {
        const [miss, hit] = [
          await app.send('QUERY', '/', JSON_TYPE, body),
          await app.send('QUERY', '/', JSON_TYPE, body),
        ];
        expect(JSON.parse(miss.text)).toEqual({ got: JSON.parse(body) as unknown });
        expect([hit.text, hit.cacheStatus]).toEqual([miss.text, 'hit; ttl=60']);
      }
      expect(runs).toBe(3);
      // Behind the parser nobody can tell white space; before it the bytes decide.
      const spaced = await app.send('QUERY', '/', JSON_TYPE, '{ "a" : 1 }');
      expect(spaced.cacheStatus).toBe(place === 'before' ? 'hit; ttl=60' : 'fwd=miss; stored');
    },
  );

  test('what middleware has made of the parsed content is part of the question', async () => {
    const app = await startExpress(version, (server, cache) => {
      server.use(express.json(), (req, _res, next) => {
        Object.assign(req.body as object, { for: req.get('x-for') });
        next();
      });
      server.use(responseCache(cache, RULE), echo);
    });
    const ask = async (who: string): Promise<unknown> =>
      JSON.parse((await app.send('QUERY', '/', { ...JSON_TYPE, 'x-for': who }, '{}')).text);
    expect(await ask('a')).toEqual({ got: { for: 'a' } });
    expect(await ask('b')).toEqual({ got: { for: 'b' } });
  });

  test('content that a parser has made into something else than data goes to the handler', async () => {
    const app = await startExpress(version, (server, cache) => {
      server.use(
        express.json({ reviver: (_key, value: unknown) => (value === 'now' ? new Date(0) : value) }),
      );
      server.use(responseCache(cache, RULE), echo);
    });
    const { cacheStatus } = await app.send('QUERY', '/', JSON_TYPE, '["now"]');
    expect(cacheStatus).toBe('fwd=bypass; detail=REQUEST-BODY');
  });

  test('a handler that reads the stream itself reads all of it, on a miss', async () => {
    const app = await startExpress(version, (server, cache) => {
      server.use(responseCache(cache, RULE), (req, res) => {
        let got = '';
        req.on('data', (chunk: Buffer) => (got += String(chunk))).on('end', () => res.send(got));
      });
    });
    expect((await app.send('QUERY', '/', JSON_TYPE, '"abc"')).text).toBe('"abc"');
    expect((await app.send('QUERY', '/', JSON_TYPE, '"abc"')).cacheStatus).toBe('hit; ttl=60');
  });

  test('the rule of a route reads the content that the rule around it has read', async () => {
    const app = await startExpress(version, (server, cache) => {
      server.use(responseCache(cache, RULE));
      server.use(express.json(), responseCache(cache, { ...RULE, ttl: '2m' }), echo);
    });
    await app.send('QUERY', '/', JSON_TYPE, '{"a":1}');
    const hit = await app.send('QUERY', '/', JSON_TYPE, '{"a":1}');
    expect([hit.text, hit.cacheStatus]).toEqual(['{"got":{"a":1}}', 'hit; ttl=120']);
  });
});
