import { describe, expect, onTestFinished, test } from 'vitest';
import { type Cache, createCache } from '../cache.js';
import { REASONS } from '../http/cache-status.js';
import type { Headers, RequestView } from '../http/message.js';
import type { Rule } from '../rule/rule.js';
import { type FakeClock, fakeClock } from '../testing/fake-clock.js';
import { headOf, viewOf } from '../testing/made.js';
import type { ExplainRequest } from './explain-view.js';
import type { Outcome } from './types.js';

interface Made {
  readonly cache: Cache;
  readonly clock: FakeClock;
  /** Lets a handler answer a request. */
  readonly fill: (rule: Rule, view?: Partial<RequestView>, headers?: Headers) => Promise<void>;
}

function make(): Made {
  const clock = fakeClock();
  const cache = createCache({ clock });
  onTestFinished(() => cache.close());
  return {
    cache,
    clock,
    async fill(rule, view = {}, headers = {}) {
      const outcome = await cache.open(viewOf(view), cache.rule(rule));
      if (outcome.action !== 'forward') throw new Error('answered from the cache');
      const head = headOf(200, headers);
      outcome.capture?.complete(head, Buffer.from('body')).sink.end(head);
    },
  };
}

const HOST = { host: 'shop.example' };

/** The same request for `explain` and for `open`. */
function both(view: Partial<RequestView>): [ExplainRequest, RequestView] {
  const headers = { ...HOST, ...view.headers };
  const reenter = (): Promise<number> => new Promise(() => {});
  return [{ method: 'GET', url: '/', ...view, headers }, viewOf({ reenter, raw: {}, ...view, headers })];
}

function statusOf(outcome: Outcome): string {
  if (outcome.action === 'forward') return outcome.cacheStatus;
  return outcome.reply.lines[outcome.reply.lines.indexOf('Cache-Status') + 1]!;
}

const RULE: Rule = { ttl: '1m', swr: '1m', staleIfError: '10m' };
const SECONDS = 1000;

describe('an explanation says what the cache then does', () => {
  test.each<[string, Rule, Partial<RequestView>, (made: Made) => unknown]>([
    ['nothing is stored', RULE, {}, () => {}],
    ['fresh', RULE, {}, ({ fill }) => fill(RULE)],
    ['HEAD', RULE, { method: 'HEAD' }, ({ fill }) => fill(RULE)],
    ['HEAD, and nothing is stored', RULE, { method: 'HEAD' }, () => {}],
    ['another URL', RULE, { url: '/?a=1' }, ({ fill }) => fill(RULE)],
    [
      'another variant',
      RULE,
      { headers: { accept: 'b' } },
      ({ fill }) => fill(RULE, { headers: { accept: 'a', ...HOST } }, { vary: 'Accept' }),
    ],
    ['stale', RULE, {}, async ({ fill, clock }) => (await fill(RULE), clock.advance(90 * SECONDS))],
    [
      'good for errors only',
      RULE,
      {},
      async ({ fill, clock }) => (await fill(RULE), clock.advance(300 * SECONDS)),
    ],
    ['too old', RULE, {}, async ({ fill, clock }) => (await fill(RULE), clock.advance(3600 * SECONDS))],
    [
      'invalidated',
      { ...RULE, tags: ['a'] },
      {},
      async ({ fill, cache }) => (await fill({ ...RULE, tags: ['a'] }), cache.invalidate({ tags: ['a'] })),
    ],
    [
      'marked stale',
      RULE,
      {},
      async ({ fill, cache }) => (await fill(RULE), cache.invalidate({ all: true, mode: 'stale' })),
    ],
    ['cookies', RULE, { headers: { cookie: 'a=b' } }, () => {}],
    ['allowed cookies', { ...RULE, cookies: { allow: ['a'] } }, { headers: { cookie: 'a=b' } }, () => {}],
    [
      'Authorization, and what is stored is for visitors',
      RULE,
      { headers: { authorization: 'Bearer a' } },
      ({ fill }) => fill(RULE, { headers: HOST }),
    ],
    [
      'Authorization, and what is stored is public',
      RULE,
      { headers: { authorization: 'Bearer a' } },
      ({ fill }) => fill(RULE, { headers: HOST }, { 'cache-control': 'public' }),
    ],
    ['content of a GET', RULE, { headers: { 'content-length': '3' } }, () => {}],
    ['an override of the method', RULE, { url: '/?_method=DELETE' }, () => {}],
    ['an upgrade', RULE, { headers: { upgrade: 'websocket' } }, () => {}],
    ['POST', RULE, { method: 'POST' }, () => {}],
    ['OPTIONS', RULE, { method: 'OPTIONS' }, () => {}],
    ['QUERY without leave', RULE, { method: 'QUERY' }, () => {}],
    ['bypass of the rule', { ...RULE, bypass: () => true }, {}, () => {}],
    ['no key', { ...RULE, key: () => undefined }, {}, () => {}],
    [
      'a function that throws',
      {
        ...RULE,
        key: () => {
          throw new Error('no params');
        },
      },
      {},
      () => {},
    ],
    ['only-if-cached', RULE, { headers: { 'cache-control': 'only-if-cached' } }, () => {}],
    [
      'only-if-cached, and it is',
      RULE,
      { headers: { 'cache-control': 'only-if-cached' } },
      ({ fill }) => fill(RULE, { headers: HOST }),
    ],
    [
      'no-store, honoured',
      { ...RULE, clientDirectives: 'honour' },
      { headers: { 'cache-control': 'no-store' } },
      () => {},
    ],
    [
      'no-cache, honoured',
      { ...RULE, clientDirectives: 'honour' },
      { headers: { 'cache-control': 'no-cache' } },
      ({ fill }) => fill(RULE, { headers: HOST }),
    ],
    [
      'no-cache, ignored',
      RULE,
      { headers: { 'cache-control': 'no-cache' } },
      ({ fill }) => fill(RULE, { headers: HOST }),
    ],
    ['closed', RULE, {}, ({ cache }) => void cache.close()],
  ])('%s', async (_title, rule, view, prepare) => {
    const made = make();
    await prepare(made);
    const [request, opened] = both(view);
    const explanation = made.cache.explain(request, rule);
    const outcome = await made.cache.open(opened, made.cache.rule(rule));
    expect(explanation.cacheStatus).toBe(statusOf(outcome));
    expect(explanation.action).toBe(outcome.action === 'reply' ? 'answer' : 'forward');
    const { code } = explanation;
    expect(explanation.cacheStatus.includes('detail=')).toBe(code !== undefined);
    expect([undefined, ...REASONS]).toContain(code);
    expect(explanation.steps.at(-1)?.text).toMatch(/\w/);
    if (outcome.action === 'forward') outcome.capture?.abandon();
  });
});

test('nothing is changed by it: no event, no count, no handler', async () => {
  const { cache, fill, clock } = make();
  await fill(RULE);
  clock.advance(90 * SECONDS);
  const before = cache.stats();
  const events: unknown[] = [];
  cache.on('*', (event) => events.push(event));
  for (const url of ['/', '/none']) cache.explain({ url, headers: HOST }, RULE);
  expect(events).toEqual([]);
  expect(cache.stats()).toEqual(before);
});

test('in words', async () => {
  const rule: Rule = {
    ...RULE,
    query: { ignore: ['ref'] },
    vary: ['accept-language'],
    cookies: { allow: ['plan'] },
  };
  const { cache, fill, clock } = make();
  const headers = { ...HOST, 'accept-language': 'de', cookie: 'plan=pro; id=1' };
  await fill(rule, { url: '/p?a=1&ref=x', headers });
  clock.advance(5 * SECONDS);
  const hit = cache.explain({ url: 'http://shop.example/p?a=1&ref=y', headers }, rule);
  expect(hit.steps.map(({ text }) => text)).toEqual([
    'Nothing about this GET keeps it from the cache.',
    'The key: http://shop.example; URL /p?a=1 (without parameters that do not count); headers accept-language: de; cookies plan=pro.',
    'There is an answer: status 200, 4 bytes, made 5 s ago.',
    'It is fresh: it is the answer.',
  ]);
  const miss = cache.explain({ url: '/other', headers: { ...HOST, authorization: 'Bearer a' } }, rule);
  expect(miss.steps.slice(2).map(({ text }) => text)).toEqual([
    'The memory tier has nothing for it; a second tier is not looked into.',
    'The handler would be asked.',
    'An answer is stored for as long as it says (Cache-Control, Expires), a 200, 203, 301 or 308 that says nothing for 60 s. ' +
      'The request has Authorization: only what says public, must-revalidate or s-maxage is stored. ' +
      'It stands in for errors for 600 s after that. It is served stale for 60 s while it is refreshed.',
  ]);
  const thrown = cache.explain(
    { url: '/' },
    {
      key: () => {
        throw new Error('no params');
      },
    },
  );
  expect(thrown.steps.at(-1)).toEqual({
    step: 'key',
    code: 'RULE-FUNCTION',
    text: 'rule.key threw: no params',
  });
});

test('while another request is at it, and after it was of no use to others', async () => {
  const { cache, fill } = make();
  const outcome = await cache.open(viewOf({ headers: HOST }), cache.rule(RULE));
  const texts = (): string =>
    cache
      .explain({ url: '/', headers: HOST }, RULE)
      .steps.map(({ text }) => text)
      .join('\n');
  expect(texts()).toContain('Another request is at it: this one would wait for its answer, 5 s at most.');
  if (outcome.action === 'forward') outcome.capture?.abandon();
  await fill(RULE, { headers: HOST }, { 'cache-control': 'private' });
  expect(texts()).toContain('could not be shared');
});

test('the functions of the rule get the request as it is, and a profile has a name', () => {
  const clock = fakeClock();
  const cache = createCache({
    clock,
    profiles: { item: { key: (req: never) => (req as { id: string }).id } },
  });
  onTestFinished(() => cache.close());
  const request = { url: '/', originalUrl: '/items/7', protocol: 'https', id: '7', headers: HOST };
  expect(cache.explain(request, 'item').steps[1]?.text).toBe('The key: https://shop.example; key 1:7.');
});

test('a QUERY with its content', async () => {
  const rule: Rule = { ttl: '1m', methods: ['QUERY'], maxQuerySize: 10 };
  const { cache, fill } = make();
  const content = (): Promise<Uint8Array> => Promise.resolve(Buffer.from('abc'));
  await fill(rule, { method: 'QUERY', headers: HOST, content });
  const ask = (body: string): string =>
    cache.explain({ method: 'query', url: '/', headers: HOST, body }, rule).cacheStatus;
  expect(['abc', 'abd', 'x'.repeat(11)].map(ask)).toEqual([
    'shelflife; hit; ttl=60',
    'shelflife; fwd=miss',
    'shelflife; fwd=bypass; detail=REQUEST-BODY',
  ]);
});
