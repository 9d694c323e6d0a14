import { createServer, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { listen } from '../testing/adapter/node-host.js';
import { type App, startApp } from '../testing/adapter/app.js';
import { createCache, type Cache } from '../cache.js';
import type { Rule } from '../rule/rule.js';
import type { Host } from './host.js';
import { nodeMiddleware } from './middleware.js';
import { createShortcut } from './shortcut.js';

const HOST: Host<IncomingMessage> = {
  url: (req) => req.url!,
  scheme: (req) => (req.headers['x-secure'] === undefined ? 'http' : 'https'),
  withUrl: () => [],
  application: () => undefined,
};

/** A server whose handler says how often it ran, behind a cache and what `before` does to requests. */
async function start(
  before: (req: IncomingMessage) => void,
  rule: Rule<never> = { ttl: '1m' },
  host = HOST,
): Promise<App & { readonly calls: () => number }> {
  let calls = 0;
  const app = await startApp(
    {
      name: 'node:http',
      start({ cache }: { readonly cache: Cache }) {
        const enter = nodeMiddleware(cache, cache.rule(rule), host);
        return listen(
          createServer((req, res) => {
            before(req);
            enter(req, res, () => void res.end(`run ${++calls}`));
          }),
        );
      },
    },
    [],
  );
  return { ...app, calls: () => calls };
}

async function warm(app: App): Promise<void> {
  for (let times = 3; times > 0; times--) await app.get('/');
}

test.each<[string, (req: IncomingMessage) => void, Rule<never>?]>([
  ['adds credentials', (req) => (req.headers['authorization'] = 'Basic eDp5')],
  ['sets a table of its own', (req) => (req.headers = { ...req.headers, authorization: 'Basic eDp5' })],
  ['names another host', (req) => (req.headers['host'] = 'other.example')],
  ['takes the host away', (req) => delete req.headers['host']],
  ['adds a header of the rule', (req) => (req.headers['x-tenant'] = 'b'), { ttl: '1m', vary: ['X-Tenant'] }],
  ['asks for a secure connection', (req) => (req.headers['x-secure'] = '1')],
  [
    'puts another table in front',
    (req) => void Object.defineProperty(req, 'headers', { value: { host: 'other.example' } }),
  ],
])('what middleware makes of a request counts: it %s', async (_what, change, rule) => {
  const app = await start((req) => void (req.rawHeaders.includes('X-Change') && change(req)), rule);
  await warm(app);
  expect((await app.get('/', { 'X-Change': '1' })).text).toBe('run 2');
  expect((await app.get('/')).text).toBe('run 1');
});

test('a cookie that middleware takes away does not count', async () => {
  const app = await start((req) => delete req.headers['cookie']);
  await warm(app);
  expect((await app.get('/', { Cookie: 'a=1' })).cacheStatus).toBe('hit; ttl=60');
});

test('a request that names two hosts goes all the way, to where the first leads', async () => {
  const app = await start(() => {});
  await warm(app);
  const asked = (hosts: string): Promise<string> =>
    app.raw(`GET / HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
  const own = `Host: 127.0.0.1:${app.port}\r\n`;
  expect(await asked(`${own}Host: other.example\r\n`)).toContain('run 1');
  expect(await asked(`Host: other.example\r\n${own}`)).toContain('run 2');
});

test('a URL that was rewritten is another question', async () => {
  const host = { ...HOST, routedUrl: (req: IncomingMessage) => (req.headers['x-to'] as string) ?? req.url! };
  const app = await start(() => {}, { ttl: '1m' }, host);
  await warm(app);
  expect((await app.get('/', { 'x-to': '/inner' })).text).toBe('run 2');
});

test.each<[string, Rule<never>]>([
  ['key', { key: () => 'x' }],
  ['by', { by: () => 'x' }],
  ['bypass', { bypass: () => false }],
  ['vary', { vary: ['If-None-Match'] }],
  ['methods', { methods: ['QUERY'] }],
])('a rule whose %s wants to see each request has none', (_name, rule) => {
  const cache = createCache();
  expect(createShortcut(cache, cache.rule(rule), HOST)).toBeUndefined();
});

test('what is known of requests is bounded', () => {
  const shortcut = createShortcut(
    { recall: () => ({ stored: {} as never, dressed: {} as never }) },
    createCache().rule({}),
    HOST,
  )!;
  const place = { primary: 'k', key: 'k', varyNames: [], until: Infinity };
  const asked = (url: string) => ({
    isHead: false,
    noneMatch: undefined,
    host: 'h',
    scheme: 'http',
    url,
    target: url,
  });
  const isKnown = (url: string): boolean => {
    try {
      return shortcut.recall(asked(url)) !== undefined;
    } catch {
      return true;
    }
  };
  const remember = (url: string): void =>
    shortcut.remember(asked(url), { action: 'reply', reply: {} as never, place });
  remember('/first');
  expect(isKnown('/first')).toBe(true);
  remember(`/${'x'.repeat(2000)}`);
  expect(isKnown(`/${'x'.repeat(2000)}`)).toBe(false);
  for (let n = 0; n < 8192; n++) remember(`/${n}`);
  expect(isKnown('/first')).toBe(false);
});
