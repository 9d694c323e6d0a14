import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts, type Program, startProgram, until } from './program.js';

/** A Redis server of a test. */
export interface RedisServer extends Program {
  readonly url: string;
  /** Sends one command and returns the reply as it came (RESP2); an error reply is one too. */
  readonly ask: (...words: readonly (string | number)[]) => Promise<string>;
}

const MEMORY_ONLY = ['save ""', 'appendonly no', 'repl-diskless-sync-delay 0'];

/** Starts Redis. `config`: lines of redis.conf. */
export async function startRedis(
  config: readonly string[] = [],
  mode: readonly string[] = [],
): Promise<RedisServer> {
  const [port] = (await freePorts(1)) as [number];
  const ask: RedisServer['ask'] = (...words) => askRedis(port, ...words);
  const program = await startProgram({
    command: 'redis-server',
    port,
    async arguments(folder) {
      const file = join(folder, 'redis.conf');
      const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...MEMORY_ONLY, ...config];
      await writeFile(
        file,
        mode.length > 0 ? [...lines.slice(0, 3), ...config].join('\n') : lines.join('\n'),
      );
      return [file, ...mode];
    },
    // NOAUTH comes from one that wants a password.
    ready: () => expectReply(port, /^(\+PONG|-NOAUTH)/, 'PING'),
  });
  return { ...program, url: `redis://127.0.0.1:${port}`, ask };
}

/** Sends one command to a port and returns the reply as it came. */
export function askRedis(port: number, ...words: readonly (string | number)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(2000, () => socket.destroy(new Error('no reply in 2 s')));
    let reply = '';
    socket.on('data', (data: Buffer) => {
      reply += data.toString('latin1');
      if (endOfReply(reply, 0) === reply.length) socket.destroy();
    });
    socket.on('error', reject).on('close', () => resolve(reply));
    const bulk = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
    socket.write(`*${words.length}\r\n${bulk.join('')}`);
  });
}

/** Where the reply that starts `at` a place ends (RESP2); beyond the text, or -1, when it is not all there. */
function endOfReply(text: string, at: number): number {
  const line = text.indexOf('\r\n', at);
  if (line < 0) return -1;
  const length = Number(text.slice(at + 1, line));
  if (text[at] === '$') return length < 0 ? line + 2 : line + 4 + length;
  let end = line + 2;
  for (let left = text[at] === '*' ? length : 0; left > 0 && end >= 0 && end <= text.length; left--)
    end = endOfReply(text, end);
  return end;
}

/** @throws Error with the reply when it does not match. */
export async function expectReply(
  port: number,
  pattern: RegExp,
  ...words: readonly (string | number)[]
): Promise<void> {
  const reply = await askRedis(port, ...words);
  if (!pattern.test(reply)) throw new Error(`${words.join(' ')} on ${port}: ${reply.slice(0, 300)}`);
}

/** A master with a replica, watched by a Sentinel. */
export interface SentinelServers {
  /** The name that the Sentinel knows the master by. */
  readonly name: string;
  /** The port of the Sentinel. */
  readonly port: number;
  readonly sentinel: RedisServer;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly stop: () => Promise<void>;
}

/** Starts a master, a replica and one Sentinel (quorum 1, down after 500 ms). */
export async function startSentinel(config: readonly string[] = []): Promise<SentinelServers> {
  const name = 'primary';
  const started: RedisServer[] = [];
  const keep = (server: RedisServer): RedisServer => (started.push(server), server);
  const stop = (): Promise<void> => stopAll(started);
  try {
    const master = keep(await startRedis(config));
    const replica = keep(await startRedis([`replicaof 127.0.0.1 ${master.port}`, ...config]));
    // A Sentinel asks its master for replicas only every 10 s: have one to show by then.
    await until('the replica', () => expectReply(master.port, /state=online/, 'INFO', 'replication'));
    const watch = [
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 3000`,
    ];
    const sentinel = keep(await startRedis(watch, ['--sentinel']));
    await until('the Sentinel', () => expectReply(sentinel.port, /name/, 'SENTINEL', 'REPLICAS', name));
    return { name, port: sentinel.port, sentinel, master, replica, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops all of them, also when one of them cannot be stopped. */
export async function stopAll(servers: readonly Program[]): Promise<void> {
  await Promise.allSettled(servers.map((server) => server.stop()));
}
