import assert from 'node:assert/strict';
import { gate, type Probe } from './world.js';

/** Whose answer is for whom. */
export function sharingProbes(): readonly Probe[] {
  const all = gate();
  const own = gate();
  const runTwo: Probe['check'] = async ({ ask }) => {
    await ask();
    assert.equal((await ask()).text, '2');
  };
  return [
    {
      title: 'what is private is not stored',
      answer: (run, _req, res) =>
        res.writeHead(200, { 'cache-control': 'private, max-age=60' }).end(`${run}`),
      check: runTwo,
    },
    {
      title: 'what must not be stored is not stored',
      answer: (run, _req, res) => res.writeHead(200, { 'cache-control': 'no-store' }).end(`${run}`),
      check: runTwo,
    },
    {
      title: 'a cookie that is set is set for one client',
      answer: (run, _req, res) =>
        res.writeHead(200, { 'cache-control': 'max-age=60', 'set-cookie': `sid=${run}` }).end(`${run}`),
      async check({ ask }) {
        assert.deepEqual((await ask()).headers['set-cookie'], ['sid=1']);
        const { text, headers } = await ask();
        assert.deepEqual([text, headers['set-cookie']], ['2', ['sid=2']]);
      },
    },
    {
      title: 'an answer to credentials is for whoever has them',
      answer: (_run, req, res) =>
        res.writeHead(200, { 'cache-control': 'max-age=60' }).end(req.headers.authorization),
      async check({ ask }) {
        await ask({ headers: { authorization: 'Bearer a' } });
        assert.equal((await ask({ headers: { authorization: 'Bearer b' } })).text, 'Bearer b');
      },
    },
    {
      title: '20 requests at once run the handler once',
      async answer(_run, _req, res) {
        await all.opened;
        res.writeHead(200, { 'cache-control': 'public, max-age=60' }).end('a');
      },
      async check({ ask, runs }) {
        const asked = Array.from({ length: 20 }, () => ask());
        setTimeout(all.open, 200);
        assert.deepEqual(new Set((await Promise.all(asked)).map(({ text }) => text)), new Set(['a']));
        assert.equal(runs(), 1);
      },
    },
    {
      title: 'those who waited for a private answer get their own',
      async answer(_run, req, res) {
        await own.opened;
        res.writeHead(200, { 'cache-control': 'private, max-age=60' }).end(req.headers['x-user']);
      },
      async check({ ask }) {
        const users = ['a', 'b', 'c', 'd', 'e'];
        const asked = users.map((user) => ask({ headers: { 'x-user': user } }));
        setTimeout(own.open, 200);
        assert.deepEqual(
          (await Promise.all(asked)).map(({ text }) => text),
          users,
        );
      },
    },
  ];
}
