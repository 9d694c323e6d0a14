import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../../../test/support/servers/program.js';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';
import { redisStore } from '../src/index.js';
import { type Deployment, DEPLOYMENTS } from './servers.js';

let redis: RedisServer;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

const BYTES = Buffer.from('bytes');

async function clientsOf(server: RedisServer): Promise<readonly string[]> {
  const list = await server.ask('CLIENT', 'LIST');
  return [...list.matchAll(/ name=shelflife:(\w+)/g)].map(([, name]) => name!).toSorted();
}

describe('a client that was given', () => {
  test('is neither used nor closed, and its options that would change keys and replies do not count', async () => {
    const options = { keyPrefix: 'mine:', stringNumbers: true, enableAutoPipelining: true, db: 3 };
    const client = new Redis(redis.port, options);
    const store = redisStore({ client, keyPrefix: 'cache:' });
    await store.set('key', BYTES, 10_000);
    expect(await store.get('key')).toEqual(BYTES);
    expect(await store.lease!.renew('key', 'none', 1000)).toBe(false);
    await store.close!();
    expect(await client.ping()).toBe('PONG');
    expect(await client.keys('*')).toEqual(['cache:c:{key}']);
    client.disconnect();
  });
});

test('values above 256 KiB go over a connection of their own, in both directions', async () => {
  const server = await startRedis();
  const store = redisStore({ url: server.url });
  const large = Buffer.alloc(256 * 1024 + 1, 'x');
  try {
    await store.set('small', BYTES, 10_000);
    expect(await clientsOf(server)).toEqual(['commands']);
    await store.set('large', large, 10_000);
    expect(await clientsOf(server)).toEqual(['bulk', 'commands']);
    const readsOf = async (name: string): Promise<string> =>
      new RegExp(`name=shelflife:${name} .*cmd=(\\w+)`).exec(await server.ask('CLIENT', 'LIST'))![1]!;
    await store.get('large');
    await store.delete('small');
    expect([await readsOf('bulk'), await readsOf('commands')]).toEqual(['get', 'unlink']);
  } finally {
    await store.close!();
    await server.stop();
  }
});

test('a hit is one command', async () => {
  const store = redisStore({ url: redis.url });
  await store.set('key', BYTES, 10_000);
  const commands = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(await redis.ask('INFO', 'stats'))![1]);
  const before = await commands();
  for (let at = 0; at < 100; at++) await store.get('key');
  // The question itself is one.
  expect((await commands()) - before).toBe(101);
  await store.close!();
});

test('after close() every call rejects, and says why', async () => {
  const store = redisStore({ url: redis.url });
  await store.close!();
  await store.close!();
  for (const call of [store.get('a'), store.set('a', BYTES, 1), store.delete('a'), store.log!.read(0, 1, 1)])
    await expect(call).rejects.toThrow('the connection was closed');
  await expect.poll(() => clientsOf(redis)).toEqual([]);
});

describe.each(DEPLOYMENTS)('Redis %s', (_, start) => {
  let deployment: Deployment;
  beforeAll(async () => void (deployment = await start()), 20_000);
  afterAll(() => deployment.stop());

  test('one entry and its lease live on one node, which has a name', async () => {
    const store = redisStore({ client: deployment.client() });
    await store.set('key', BYTES, 10_000);
    const nodes = new Set(Array.from({ length: 100 }, (__, at) => store.node!(`key${at}`)));
    expect(nodes.size).toBe(_ === 'Cluster' ? 3 : 1);
    await store.close!();
  });
});

describe('without a server', () => {
  let url: string;
  beforeAll(async () => void (url = `redis://127.0.0.1:${(await freePorts(1))[0]}`));

  test('F01 calls fail within a second with the remedy, later ones at once', async () => {
    const store = redisStore({ url });
    const started = performance.now();
    const remedy =
      /^Redis at 127\.0\.0\.1:\d+: connect ECONNREFUSED .*\. Start it, or correct its address\.$/;
    await expect(store.get('a')).rejects.toThrow(remedy);
    expect(performance.now() - started).toBeLessThan(1000);
    const again = performance.now();
    await expect(store.set('a', BYTES, 1)).rejects.toThrow(remedy);
    await expect(store.log!.append({ names: ['a'], mode: 'remove' }, 0, 'primary')).rejects.toThrow(remedy);
    expect(performance.now() - again).toBeLessThan(100);
    await store.close!();
  });

  test.each(['close', 'leave'])(
    'a process that does nothing else ends (%s)',
    async (how) => {
      const code = `
      import { redisStore } from '@shelflife/redis';
      const store = redisStore({ url: '${how === 'close' ? redis.url : url}' });
      await store.get('a').catch(() => {});
      await store.log.read(0, 1, 10).catch(() => {});
      await store.close();
      console.log('done');`;
      const args = ['--conditions=shelflife:source', '--import', 'tsx', '--input-type=module', '-e', code];
      const child = spawn(process.execPath, args, { cwd: new URL('..', import.meta.url), stdio: 'pipe' });
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text) => (printed += String(text)));
      expect([(await once(child, 'close'))[0], printed]).toEqual([0, 'done\n']);
    },
    15_000,
  );
});
