import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startCluster } from '../../../../test/support/servers/cluster.js';
import { startProxy } from '../../../../test/support/servers/proxy.js';
import {
  askRedis,
  type RedisServer,
  startRedis,
  startSentinel,
} from '../../../../test/support/servers/redis.js';
import { slotOf } from '../../src/keys.js';
import type { WorkerOptions } from '../support/messages.js';

/** Something that goes wrong, and is over when the promise resolves. */
export type Fault = readonly [name: string, inflict: () => Promise<unknown>];

/** Redis in one of its forms, and what can happen to it. */
export interface Site {
  /** Where a worker finds it; `at`: which worker. */
  address(at: number): WorkerOptions['redis'];
  readonly durability: 'primary' | 'replicated';
  readonly faults: readonly Fault[];
  stop(): Promise<void>;
}

const LOG = 'shelflife:inv:{log}';

/** What can happen to any server. */
function serverFaults(server: () => RedisServer): readonly Fault[] {
  const ask = (...words: readonly string[]): Promise<string> => server().ask(...words);
  return [
    ['FLUSHALL', () => ask('FLUSHALL')],
    ['log deleted', () => ask('DEL', LOG)],
    ['log trimmed', () => ask('XTRIM', LOG, 'MAXLEN', '2')],
    ['CLIENT KILL', () => ask('CLIENT', 'KILL', 'TYPE', 'normal')],
    ['SCRIPT FLUSH', () => ask('SCRIPT', 'FLUSH')],
  ];
}

/** One server without persistence; each of four workers reaches it through a proxy of its own. */
export async function singleSite(workers: number): Promise<Site> {
  const server = await startRedis();
  const proxies = await Promise.all(Array.from({ length: workers }, () => startProxy(server.port)));
  const anyProxy = (): (typeof proxies)[0] => proxies[Math.floor(Math.random() * workers)]!;

  async function memory(policy: string, limit: string): Promise<void> {
    await server.ask('CONFIG', 'SET', 'maxmemory-policy', policy, 'maxmemory', limit);
    await sleep(1000);
    await server.ask('CONFIG', 'SET', 'maxmemory', '0');
  }
  async function disturb(...[disturbance]: Parameters<(typeof proxies)[0]['set']>): Promise<void> {
    const proxy = anyProxy();
    proxy.set(disturbance);
    await sleep(2500);
    proxy.set({ kind: 'none' });
    // What was held back is lost with its connections, as it is when a route comes back.
    proxy.reset();
  }
  return {
    address: (at) => ({ url: `redis://127.0.0.1:${proxies[at]!.port}` }),
    durability: 'primary',
    faults: [
      ...serverFaults(() => server),
      ['SIGSTOP', () => pause(server, 2500)],
      ['SIGKILL and restart, everything lost', () => killed(server, 800)],
      ['evicted', () => memory('allkeys-random', '1500000')],
      ['full', () => memory('noeviction', '1')],
      ['one process cut off', () => disturb({ kind: 'silent' })],
      ['one process slow', () => disturb({ kind: 'late', ms: 80 })],
      ['one process reset', async () => anyProxy().reset()],
    ],
    async stop() {
      await Promise.all([server.stop(), ...proxies.map((proxy) => proxy.stop())]);
    },
  };
}

/** A primary with a replica behind a Sentinel. */
export async function sentinelSite(): Promise<Site> {
  const servers = await startSentinel();
  const { name, port, sentinel, master, replica, stop } = servers;

  async function primary(): Promise<RedisServer> {
    const reply = await sentinel.ask('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name);
    return reply.includes(String(master.port)) ? master : replica;
  }
  async function onPrimary(words: readonly string[]): Promise<unknown> {
    return (await primary()).ask(...words);
  }
  return {
    address: () => ({ sentinel: { name, port } }),
    durability: 'replicated',
    faults: [
      ['CLIENT KILL', () => onPrimary(['CLIENT', 'KILL', 'TYPE', 'normal'])],
      ['FLUSHALL', () => onPrimary(['FLUSHALL'])],
      ['log trimmed', () => onPrimary(['XTRIM', LOG, 'MAXLEN', '2'])],
      ['SIGKILL of the primary, failover', async () => killed(await primary(), 3000)],
      ['SIGSTOP of the primary, failover', async () => pause(await primary(), 4000)],
      ['failover by hand', () => sentinel.ask('SENTINEL', 'FAILOVER', name).then(() => sleep(2000))],
    ],
    stop,
  };
}

/** Three shards with a replica each. */
export async function clusterSite(): Promise<Site> {
  const { masters, replicas, nodes, stop } = await startCluster({
    replicas: true,
    config: ['cluster-require-full-coverage no', 'cluster-replica-validity-factor 0'],
  });
  const all = [...masters, ...replicas];

  async function primaryOf(slot: number): Promise<RedisServer> {
    for (const { ask } of all) {
      const list = await ask('CLUSTER', 'NODES').catch(() => '');
      for (const line of list.split('\n')) {
        const found = /:(\d+)@.* master /.exec(line);
        if (found !== null && !line.includes('fail') && ownsSlot(line, slot))
          return all.find(({ port }) => port === Number(found[1]))!;
      }
    }
    throw new Error(`nobody has slot ${slot}`);
  }
  const ofLog = (): Promise<RedisServer> => primaryOf(slotOf(LOG));
  const anyPrimary = (): Promise<RedisServer> => primaryOf(Math.floor(Math.random() * 16_384));

  return {
    address: () => ({ nodes }),
    durability: 'replicated',
    faults: [
      ['CLIENT KILL', async () => (await ofLog()).ask('CLIENT', 'KILL', 'TYPE', 'normal')],
      ['FLUSHALL of the shard of the log', async () => (await ofLog()).ask('FLUSHALL')],
      ['log deleted', async () => (await ofLog()).ask('DEL', LOG)],
      ['SIGKILL of the shard of the log', async () => killed(await ofLog(), 5000)],
      ['SIGSTOP of a shard', async () => pause(await anyPrimary(), 4000)],
      ['reshard', async () => reshard(await ofLog(), await anyPrimary())],
    ],
    stop,
  };
}

function ownsSlot(line: string, slot: number): boolean {
  return line
    .split(' ')
    .slice(8)
    .some((range) => {
      const [from = '', to = from] = range.split('-');
      return Number(from) <= slot && slot <= Number(to);
    });
}

/** Moves slots from one shard to another, as an operator does. */
async function reshard(from: RedisServer, to: RedisServer): Promise<void> {
  if (from === to) return;
  const idOf = async ({ port }: RedisServer): Promise<string> =>
    /\w{40}/.exec(await askRedis(port, 'CLUSTER', 'MYID'))![0];
  const cluster = [
    '--cluster',
    'reshard',
    `127.0.0.1:${from.port}`,
    '--cluster-slots',
    '300',
    '--cluster-yes',
  ];
  const ends = ['--cluster-from', await idOf(from), '--cluster-to', await idOf(to)];
  // It refuses while the Cluster is not whole; then there is no reshard.
  await promisify(execFile)('redis-cli', [...cluster, ...ends], { timeout: 10_000 }).catch(() => {});
}

async function pause(server: RedisServer, ms: number): Promise<void> {
  server.pause();
  await sleep(ms);
  server.resume();
}

async function killed(server: RedisServer, ms: number): Promise<void> {
  await server.kill();
  await sleep(ms);
  await server.restart();
}
