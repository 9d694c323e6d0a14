import { expect, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import type { Headers } from '../http/message.js';
import type { Rule } from '../rule/rule.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { headOf, viewOf } from '../testing/made.js';
import type { Outcome } from './types.js';

const HOST = { host: 'shop.example' };
const RULES: Readonly<Record<string, Rule>> = {
  plain: { ttl: '1m' },
  windows: { ttl: '1m', swr: '1m', staleIfError: '5m' },
  honouring: { ttl: '1m', swr: '1m', staleIfError: '5m', clientDirectives: 'honour' },
  'for users': { ttl: '1m', by: () => 'a' },
};

async function answer(cache: Cache, rule: Rule, status: number, headers: Headers): Promise<void> {
  const outcome = await cache.open(viewOf({ headers: HOST }), cache.rule(rule));
  if (outcome.action !== 'forward') return;
  const head = headOf(status, headers);
  outcome.capture?.complete(head, Buffer.from('body')).sink.end(head);
}

type Prepare = (cache: Cache, rule: Rule, clock: FakeClock) => unknown;

/** What may have happened before. */
const PASTS: Readonly<Record<string, Prepare>> = {
  nothing: () => {},
  'a handler is at it': (cache, rule) => cache.open(viewOf({ headers: HOST }), cache.rule(rule)),
  'the last answer was private': (cache, rule) => answer(cache, rule, 200, { 'cache-control': 'private' }),
  'there is a fresh answer': (cache, rule) => answer(cache, rule, 200, {}),
  'there is one for all': (cache, rule) => answer(cache, rule, 200, { 'cache-control': 'public' }),
  'there is a stale answer': async (cache, rule, clock) => {
    await answer(cache, rule, 200, { 'cache-control': 'public' });
    clock.advance(90_000);
  },
  'there is one for errors': async (cache, rule, clock) => {
    await answer(cache, rule, 200, {});
    clock.advance(200_000);
  },
  'there is one for errors, and a handler is at it': async (cache, rule, clock) => {
    await answer(cache, rule, 200, {});
    clock.advance(200_000);
    await cache.open(viewOf({ headers: HOST }), cache.rule(rule));
  },
  'the handler has just failed': async (cache, rule, clock) => {
    await answer(cache, rule, 200, {});
    clock.advance(200_000);
    await answer(cache, rule, 503, {});
  },
  'a refresh was refused': async (cache, rule, clock) => {
    await answer(cache, rule, 200, {});
    clock.advance(90_000);
    await cache.open(viewOf({ headers: HOST, reenter: async () => 401 }), cache.rule(rule));
    await new Promise(setImmediate);
    clock.advance(2000);
  },
};

const ASKED: readonly Readonly<Record<string, string>>[] = [
  {},
  { range: 'bytes=0-1' },
  { authorization: 'Bearer a' },
  { authorization: 'Bearer a', range: 'bytes=0-1' },
  { 'cache-control': 'no-cache' },
  { 'cache-control': 'no-store' },
  { 'cache-control': 'no-store, only-if-cached' },
  { 'cache-control': 'only-if-cached' },
  { 'cache-control': 'max-stale' },
  { 'cache-control': 'no-cache, only-if-cached' },
  { pragma: 'no-cache' },
];

function statusOf(outcome: Outcome): string {
  if (outcome.action === 'forward') return outcome.cacheStatus;
  return outcome.reply.lines[outcome.reply.lines.indexOf('Cache-Status') + 1]!;
}

/** What `open` came to, or that it waits for another request. */
async function opened(cache: Cache, method: string, headers: Headers, rule: Rule): Promise<string> {
  const reenter = (): Promise<number> => new Promise(() => {});
  const outcome = cache.open(viewOf({ method, headers, reenter }), cache.rule(rule));
  if (!(outcome instanceof Promise)) return statusOf(outcome);
  const waits = new Promise<string>((resolve) => setImmediate(() => resolve('waits')));
  return Promise.race([outcome.then(statusOf), waits]);
}

test.each(Object.keys(PASTS))('what is explained is what is done, whoever asks: %s', async (past) => {
  for (const [name, rule] of Object.entries(RULES))
    for (const method of ['GET', 'HEAD'])
      for (const asked of ASKED) {
        const clock = fakeClock();
        const cache = createCache({ clock });
        await PASTS[past]!(cache, rule, clock);
        const headers = { ...HOST, ...asked };
        const { cacheStatus, steps } = cache.explain({ url: '/', method, headers }, rule);
        const words = steps.map(({ text }) => text).join(' ');
        const done = await opened(cache, method, headers, rule);
        const told = words.includes('would wait') ? 'waits' : cacheStatus;
        expect.soft(told, `${name}, ${method} ${JSON.stringify(asked)}`).toBe(done);
        void cache.close();
      }
});
