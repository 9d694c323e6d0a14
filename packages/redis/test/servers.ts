import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5';
import { startCluster } from '../../../test/support/servers/cluster.js';
import { startRedis, startSentinel } from '../../../test/support/servers/redis.js';
import type { RedisClient } from '../src/index.js';
import type { WorkerOptions } from './support/messages.js';

/** Redis in one of its forms, with clients for it. */
export interface Deployment {
  /** A client as a user makes it, which never connects by itself. */
  client(version?: 5 | 6): RedisClient;
  /** The same for a worker. */
  readonly address: WorkerOptions['redis'];
  stop(): Promise<void>;
}

/** The three forms of Redis. */
export const DEPLOYMENTS: readonly (readonly [name: string, start: () => Promise<Deployment>])[] = [
  ['single', startSingle],
  ['Sentinel', startWatched],
  ['Cluster', startSharded],
];

const LAZY = { lazyConnect: true };

async function startSingle(): Promise<Deployment> {
  const { port, url, stop } = await startRedis();
  return {
    address: { url },
    client: (version) => (version === 5 ? new Redis5(port, LAZY) : new Redis(port, LAZY)),
    stop,
  };
}

async function startWatched(): Promise<Deployment> {
  const { name, port, stop } = await startSentinel();
  const options = { name, sentinels: [{ host: '127.0.0.1', port }], ...LAZY };
  return {
    address: { sentinel: { name, port } },
    client: (version) => (version === 5 ? new Redis5(options) : new Redis(options)),
    stop,
  };
}

async function startSharded(): Promise<Deployment> {
  const { nodes, stop } = await startCluster();
  return {
    address: { nodes },
    client: (version) => (version === 5 ? new Cluster5([...nodes], LAZY) : new Cluster([...nodes], LAZY)),
    stop,
  };
}
