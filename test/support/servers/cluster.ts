import { freePorts, until } from './program.js';
import { expectReply, type RedisServer, startRedis, stopAll } from './redis.js';

/** A Redis Cluster whose masters share the slots evenly. */
export interface ClusterServers {
  readonly masters: readonly RedisServer[];
  /** One for each master, in their order; none without `replicas`. */
  readonly replicas: readonly RedisServer[];
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly stop: () => Promise<void>;
}

const SLOTS = 16_384;

/** Starts a Cluster: takes about two seconds, most of it Redis's own delay. `config`: lines of redis.conf. */
export async function startCluster(
  options: {
    readonly masters?: number;
    readonly replicas?: boolean;
    readonly config?: readonly string[];
  } = {},
): Promise<ClusterServers> {
  const { masters: count = 3, replicas: withReplicas = false, config = [] } = options;
  // By default a node's bus listens on port + 10000, which may be above 65535.
  const busPorts = await freePorts(withReplicas ? 2 * count : count);
  const starting = await Promise.allSettled(busPorts.map((port) => startNode(port, config)));
  const servers = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of starting) if (one.status === 'rejected') throw one.reason;
    await join(servers, busPorts, count);
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
  return {
    masters: servers.slice(0, count),
    replicas: servers.slice(count),
    nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
    stop: () => stopAll(servers),
  };
}

function startNode(busPort: number, config: readonly string[]): Promise<RedisServer> {
  return startRedis([
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    'cluster-node-timeout 2000',
    `cluster-port ${busPort}`,
    ...config,
  ]);
}

async function join(
  servers: readonly RedisServer[],
  busPorts: readonly number[],
  masters: number,
): Promise<void> {
  // Epochs first: a node takes one only while it knows no other.
  for (const [at, { port }] of servers.entries()) {
    const edge = (of: number): number => Math.floor((of * SLOTS) / masters);
    if (at < masters) await expectReply(port, /OK/, 'CLUSTER', 'ADDSLOTSRANGE', edge(at), edge(at + 1) - 1);
    await expectReply(port, /OK/, 'CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  }
  // One introduces all: the others hear of each other from it.
  for (const [at, { port }] of servers.entries())
    if (at > 0)
      await expectReply(servers[0]!.port, /OK/, 'CLUSTER', 'MEET', '127.0.0.1', port, busPorts[at]!);
  await everywhere(servers, new RegExp(`cluster_known_nodes:${servers.length}`));
  for (const [at, { port }] of servers.slice(masters).entries())
    await until('the replica', async () => {
      const id = /\$40\r\n(\w+)/.exec(await servers[at]!.ask('CLUSTER', 'MYID'))?.[1] ?? '';
      await expectReply(port, /OK/, 'CLUSTER', 'REPLICATE', id);
    });
  await everywhere(servers, /cluster_state:ok/);
  for (const { port } of servers.slice(masters))
    await until('the replica', () => expectReply(port, /master_link_status:up/, 'INFO', 'replication'));
}

async function everywhere(servers: readonly RedisServer[], pattern: RegExp): Promise<void> {
  for (const { port } of servers)
    await until('the cluster', () => expectReply(port, pattern, 'CLUSTER', 'INFO'));
}
