import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Probe } from './world.js';

const PUBLIC = 'public, max-age=60';

/** What is stored, and what a stored response looks like. */
export function storingProbes(): readonly Probe[] {
  const bytes = Buffer.from([0, 255, 254, 128, 200, 10, 13]);
  return [
    {
      title: 'a second request is answered from the cache, with all fields',
      answer: (run, _req, res) => res.writeHead(200, { 'cache-control': PUBLIC, 'x-run': run }).end('a'),
      async check({ ask }) {
        await ask();
        const { text, headers } = await ask();
        assert.deepEqual([text, headers['x-run']], ['a', '1']);
      },
    },
    {
      title: 'Age tells how long ago the response was made',
      answer: (_run, _req, res) => res.writeHead(200, { 'cache-control': PUBLIC }).end('a'),
      async check({ ask, advance, runs }) {
        await ask();
        advance(7000);
        const age = Number((await ask()).headers.age);
        assert.ok(age >= 7 && age <= 9, `Age: ${age}`);
        assert.equal(runs(), 1);
      },
    },
    {
      title: 'bytes come back as they were',
      answer: (_run, _req, res) => res.writeHead(200, { 'cache-control': PUBLIC }).end(bytes),
      async check({ ask, runs }) {
        await ask();
        assert.deepEqual((await ask()).body, bytes);
        assert.equal(runs(), 1);
      },
    },
    {
      title: 'two lines of Cache-Control count as one',
      answer: (run, _req, res) => res.setHeader('cache-control', ['public', 'max-age=60']).end(`${run}`),
      async check({ ask }) {
        await ask();
        assert.equal((await ask()).text, '1');
      },
    },
    {
      title: 'an error that says how long it holds is stored',
      answer: (run, _req, res) => res.writeHead(500, { 'cache-control': 'max-age=60' }).end(`${run}`),
      async check({ ask }) {
        await ask();
        const { status, text } = await ask();
        assert.deepEqual([status, text], [500, '1']);
      },
    },
    {
      title: 'the query is part of the key',
      answer: (_run, req, res) => res.writeHead(200, { 'cache-control': PUBLIC }).end(req.url!.split('?')[1]),
      async check({ ask }) {
        await ask({ query: '?a=1' });
        assert.equal((await ask({ query: '?a=2' })).text, 'a=2');
      },
    },
    {
      title: 'a header that the response varies by tells responses apart',
      answer: (_run, req, res) =>
        res.writeHead(200, { 'cache-control': PUBLIC, vary: 'X-User' }).end(req.headers['x-user']),
      async check({ ask, runs }) {
        await ask({ headers: { 'x-user': 'a' } });
        assert.equal((await ask({ headers: { 'x-user': 'b' } })).text, 'b');
        assert.equal((await ask({ headers: { 'x-user': 'a' } })).text, 'a');
        assert.equal(runs(), 2);
      },
    },
    {
      title: 'a compressed response is for those who accept it',
      answer(_run, req, res) {
        const fields = { 'cache-control': PUBLIC, vary: 'Accept-Encoding' };
        if (req.headers['accept-encoding'] !== 'gzip') return res.writeHead(200, fields).end('plain');
        return res.writeHead(200, { ...fields, 'content-encoding': 'gzip' }).end(gzipSync('plain'));
      },
      async check({ ask }) {
        const { headers: coded } = await ask({ headers: { 'accept-encoding': 'gzip' } });
        assert.equal(coded['content-encoding'], 'gzip');
        const { text, headers } = await ask();
        assert.deepEqual([text, headers['content-encoding']], ['plain', undefined]);
      },
    },
    {
      title: 'a field that Connection names is not passed on',
      answer: (_run, _req, res) =>
        res
          .writeHead(200, { 'cache-control': PUBLIC, connection: 'X-Secret, close', 'x-secret': '1' })
          .end('a'),
      async check({ ask, runs }) {
        await ask();
        assert.equal((await ask()).headers['x-secret'], undefined);
        assert.equal(runs(), 1);
      },
    },
  ];
}
