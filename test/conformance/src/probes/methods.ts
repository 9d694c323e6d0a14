import assert from 'node:assert/strict';
import type { Probe } from './world.js';

const FIELDS = { 'cache-control': 'public, max-age=60' };

/** GET, HEAD, POST and parts. */
export function methodProbes(): readonly Probe[] {
  return [
    {
      title: 'HEAD before GET does not empty it',
      answer: (_run, _req, res) => res.writeHead(200, FIELDS).end('hello'),
      async check({ ask }) {
        await ask({ method: 'HEAD' });
        assert.equal((await ask()).text, 'hello');
      },
    },
    {
      title: 'HEAD after GET is answered from the cache',
      answer: (run, _req, res) => res.writeHead(200, { ...FIELDS, 'x-run': run }).end('hello'),
      async check({ ask, runs }) {
        await ask();
        const { status, text, headers } = await ask({ method: 'HEAD' });
        assert.deepEqual([status, text, headers['x-run']], [200, '', '1']);
        assert.equal(runs(), 1);
      },
    },
    {
      title: 'a part does not stand in for the whole',
      answer(_run, req, res) {
        if (req.headers.range === undefined) return res.writeHead(200, FIELDS).end('0123456789');
        return res.writeHead(206, { ...FIELDS, 'content-range': 'bytes 0-1/10' }).end('01');
      },
      async check({ ask }) {
        await ask({ headers: { range: 'bytes=0-1' } });
        const { status, text } = await ask();
        assert.deepEqual([status, text], [200, '0123456789']);
      },
    },
    {
      title: 'POST invalidates what GET has stored',
      answer: (run, { method }, res) => res.writeHead(200, FIELDS).end(`${method} ${run}`),
      async check({ ask }) {
        await ask();
        await ask({ method: 'POST' });
        assert.equal((await ask()).text, 'GET 3');
      },
    },
    {
      title: 'POST is not answered with what GET has stored',
      answer: (run, { method }, res) => res.writeHead(200, FIELDS).end(`${method} ${run}`),
      async check({ ask }) {
        await ask();
        assert.equal((await ask({ method: 'POST' })).text, 'POST 2');
      },
    },
  ];
}
