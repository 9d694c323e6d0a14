import { randomBytes } from 'node:crypto';
import type { Store } from '@shelflife/core';
import { dataSuite, storeSuite } from '@shelflife/core/testing';
import { Client } from 'memjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../../../test/support/servers/program.js';
import { type MemcachedServer, startMemcached } from '../../../test/support/servers/memcached.js';
import { type Proxy, startProxy } from '../../../test/support/servers/proxy.js';
import { memcachedStore, type MemcachedStoreOptions } from '../src/index.js';

const BYTES = Buffer.from('bytes');
let one: MemcachedServer;
let two: MemcachedServer;
const opened: Store[] = [];

function open(options: MemcachedStoreOptions = {}): Store {
  const store = memcachedStore({ servers: one.address, ...options });
  opened.push(store);
  return store;
}

beforeAll(async () => {
  one = await startMemcached();
  two = await startMemcached();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close!();
});
afterAll(() => Promise.all([one.stop(), two.stop()]));

dataSuite('Memcached', () => memcachedStore({ servers: one.address }));
// Much of it is waiting: Memcached counts in seconds.
describe.concurrent('at the same time:', () => {
  storeSuite('Memcached', () => memcachedStore({ servers: one.address }));
  storeSuite('Memcached on two servers', () => memcachedStore({ servers: [one.address, two.address] }));
  storeSuite('Memcached by a client of memjs', () => memcachedStore({ client: Client.create(one.address) }));
});

describe('a server with larger items', () => {
  let server: MemcachedServer;
  beforeAll(async () => void (server = await startMemcached(['-I', '4m', '-m', '256'])));
  afterAll(() => server.stop());

  test('takes them when it is told', async () => {
    const store = memcachedStore({ servers: server.address, maxItemSize: '4mb' });
    const large = randomBytes(store.maxValueSize!);
    await store.set('large', large, 60_000);
    expect(Buffer.compare((await store.get('large'))!, large)).toBe(0);
    await store.close!();
  });
});

test('a larger item than the server takes is refused in words, and nothing is left of it', async () => {
  const store = open({ maxItemSize: '4mb' });
  const refused = store.set('large', randomBytes(2 ** 20 + 1), 60_000);
  await expect(refused).rejects.toThrow(
    'Memcached: MemJS SET: Value too large. Give memcachedStore() the maxItemSize of the server (-I).',
  );
  expect(await store.get('large')).toBeUndefined();
});

test('keys live on one of the servers, which has a name', () => {
  const store = open({ servers: [one.address, two.address] });
  const nodes = Array.from({ length: 50 }, (_, at) => store.node!(`key${at}`));
  expect(new Set(nodes)).toEqual(new Set([one.address, two.address]));
});

test('a year is kept as long as Memcached can', async () => {
  const store = open();
  await store.set('year', BYTES, 365 * 86_400_000);
  expect(await store.get('year')).toEqual(BYTES);
});

describe('faults', () => {
  let server: MemcachedServer;
  let proxy: Proxy;
  let store: Store;
  beforeAll(async () => {
    server = await startMemcached();
    proxy = await startProxy(server.port);
  });
  afterAll(() => Promise.all([server.stop(), proxy.stop()]));

  /** It works again, after a while, without anybody doing anything. */
  async function recovers(): Promise<void> {
    await expect
      .poll(
        async () => {
          await store.set('after', BYTES, 60_000);
          return store.get('after');
        },
        { timeout: 5000 },
      )
      .toEqual(BYTES);
  }

  test('F01 no server: calls fail in time with the remedy', async () => {
    const [port] = await freePorts(1);
    store = open({ servers: `127.0.0.1:${port}` });
    const started = performance.now();
    for (let round = 0; round < 3; round++)
      await expect(store.get('a')).rejects.toThrow(
        /ECONNREFUSED.*Start the server, or correct its address\./,
      );
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('F03 a hung server: calls settle, and it is found again', async () => {
    store = open({ servers: server.address });
    await store.set('a', BYTES, 60_000);
    server.pause();
    const calls = await Promise.allSettled([store.get('a'), store.set('b', BYTES, 1000), store.delete('c')]);
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(store.get('a')).rejects.toThrow('no answer within 1000 ms');
    server.resume();
    await recovers();
  });

  test('a server that was restarted is found again', async () => {
    store = open({ servers: server.address });
    await store.set('a', BYTES, 60_000);
    await server.kill();
    await expect(store.get('a')).rejects.toThrow('Memcached: ');
    await server.restart();
    await recovers();
    expect(await store.get('a')).toBeUndefined();
  });

  test.each<[string, Buffer]>([
    ['F15 half a reply', Buffer.from('8100000004000000000000080000000100000000', 'hex')],
    ['F15 garbage', Buffer.alloc(64, 'x')],
    ['F15 a length of 4 GiB', Buffer.from(`8100000004000000ffffffff${'00'.repeat(12)}`, 'hex')],
  ])('%s, then the end of the connection: a failure, and later replies are right', async (_, bytes) => {
    store = open({ servers: `127.0.0.1:${proxy.port}` });
    await store.set('a', Buffer.from('of a'), 60_000);
    proxy.set({ kind: 'garbage', bytes });
    await expect(store.get('a')).rejects.toThrow('Memcached: ');
    proxy.set({ kind: 'none' });
    await recovers();
    expect(await store.get('a')).toEqual(Buffer.from('of a'));
  });

  test('F05 replies that come too late are not taken for others', async () => {
    store = open({ servers: `127.0.0.1:${proxy.port}` });
    await store.set('a', Buffer.from('of a'), 60_000);
    await store.set('b', Buffer.from('of b'), 60_000);
    proxy.set({ kind: 'late', ms: 1300 });
    await expect(store.get('a')).rejects.toThrow('no answer within 1000 ms');
    proxy.set({ kind: 'none' });
    await expect.poll(() => store.get('b').catch(() => {})).toEqual(Buffer.from('of b'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await store.get('b')).toEqual(Buffer.from('of b'));
  });

  test('a reset connection fails what waits on it, and is opened again', async () => {
    store = open({ servers: `127.0.0.1:${proxy.port}` });
    await store.set('a', BYTES, 60_000);
    proxy.set({ kind: 'silent' });
    const waiting = store.get('a');
    setTimeout(() => proxy.reset(), 50);
    await expect(waiting).rejects.toThrow('Memcached: ');
    proxy.set({ kind: 'none' });
    await recovers();
  });
});

describe('memcachedStore() refuses', () => {
  const SERVERS = `memcachedStore().servers: expected 'host:port', or several in an array, got`;

  test.each<[string, unknown, string]>([
    [
      'an unknown option',
      { server: 'a' },
      `memcachedStore().server: unknown option. Did you mean 'servers'?`,
    ],
    ['a URL', { servers: 'memcached://a' }, `${SERVERS} 'memcached://a'.`],
    ['no server', { servers: [] }, `${SERVERS} an array of 0.`],
    ['a number', { servers: 11_211 }, `${SERVERS} 11211 (number).`],
    [
      'two sources',
      { client: Client.create('a'), servers: 'b' },
      'memcachedStore(): got client and servers. Give one of them.',
    ],
    [
      'what is no client',
      { client: {} },
      'memcachedStore().client: expected a client of memjs, got an object. Write memjs.Client.create(…).',
    ],
    [
      'a prefix with a space',
      { keyPrefix: 'a b' },
      `memcachedStore().keyPrefix: expected up to 40 visible ASCII characters, got 'a b'.`,
    ],
    [
      'no deadline',
      { deadline: 0 },
      `memcachedStore().deadline: expected a duration such as '50ms', got 0 (number).`,
    ],
    [
      'tiny items',
      { maxItemSize: 1 },
      'memcachedStore().maxItemSize: expected at least 32kb, got 1 (number).',
    ],
  ])('%s', (_, options, message) => {
    const call = (): unknown => memcachedStore(options as object);
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }));
  });
});
