import { once } from 'node:events';
import { connect } from 'node:net';
import { freePorts, type Program, startProgram } from './program.js';

/** A Memcached server of a test. */
export interface MemcachedServer extends Program {
  /** `127.0.0.1:port` */
  readonly address: string;
}

/** Starts Memcached; `extra`: more arguments, such as `-I 2m` for larger items. */
export async function startMemcached(extra: readonly string[] = []): Promise<MemcachedServer> {
  const [port] = (await freePorts(1)) as [number];
  const program = await startProgram({
    command: 'memcached',
    port,
    // As root it wants to be told who to be.
    arguments: () => ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-u', 'nobody', ...extra],
    ready: () => version(port),
  });
  return { ...program, address: `127.0.0.1:${port}` };
}

async function version(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('version\r\n');
    await once(socket, 'data', { signal: AbortSignal.timeout(2000) });
  } finally {
    socket.destroy();
  }
}
