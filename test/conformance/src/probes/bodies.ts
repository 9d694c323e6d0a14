import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { gate, type Probe } from './world.js';

const FIELDS = { 'cache-control': 'public, max-age=60' };
const BODY = 'x'.repeat(200_000);

/** Bodies that break off, and bodies that take their time. */
export function bodyProbes(): readonly Probe[] {
  const hasLeft = gate();
  const hasFirst = gate();
  return [
    {
      title: 'a body shorter than its Content-Length is not stored',
      answer: (run, _req, res) =>
        breakOff(run, res.writeHead(200, { ...FIELDS, 'content-length': BODY.length })),
      async check({ ask }) {
        await ask();
        assert.equal((await ask()).body.length, BODY.length);
      },
    },
    {
      title: 'a body shorter than its Content-Length looks broken to the client',
      answer: (run, _req, res) =>
        breakOff(run, res.writeHead(200, { ...FIELDS, 'content-length': BODY.length })),
      async check({ ask }) {
        const { isWhole, status } = await ask();
        assert.ok(!isWhole || status >= 500);
      },
    },
    {
      title: 'a chunked body that breaks off is not stored',
      answer: (run, _req, res) => breakOff(run, res.writeHead(200, FIELDS)),
      async check({ ask }) {
        assert.equal((await ask()).isWhole, false);
        assert.equal((await ask()).body.length, BODY.length);
      },
    },
    {
      title: 'a client that leaves half way does not shorten the body for others',
      async answer(run, _req, res) {
        res.writeHead(200, FIELDS).write(BODY.slice(0, 100_000));
        if (run === 1) await hasLeft.opened;
        res.end(BODY.slice(100_000));
      },
      async check({ ask, settled }) {
        await ask({ onData: (socket) => socket.destroy() });
        hasLeft.open();
        await settled();
        assert.equal((await ask()).body.length, BODY.length);
      },
    },
    {
      title: 'what the handler has sent goes out before it has ended',
      async answer(_run, _req, res) {
        res.writeHead(200, FIELDS).write('a');
        await hasFirst.opened;
        res.end('b');
      },
      async check({ ask }) {
        // Without the first part the origin never ends, and the client gives up.
        const { text } = await ask({ onData: hasFirst.open });
        assert.equal(text, 'ab');
      },
    },
  ];
}

/** Sends a first part and breaks off; later runs send everything. */
function breakOff(run: number, res: ServerResponse): void {
  if (run > 1) return void res.end(BODY);
  res.write(BODY.slice(0, 1000), () => res.destroy());
}
