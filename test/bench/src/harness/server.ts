import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Time, timeOf } from './time.js';

/** A variant that runs in a process of its own, on the first processor. */
export interface BenchServer {
  readonly name: string;
  readonly port: number;
  /** Processor time that all its threads have used, and time they have waited for a processor; nanoseconds. */
  readonly time: () => Time;
  /** How often its origin was asked. */
  readonly calls: () => Promise<number>;
  readonly stop: () => void;
}

const HOST = fileURLToPath(new URL('../host.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = import.meta.resolve('tsx');

/** Starts a variant. `node`: the binary that runs it. */
export async function startServer(
  file: string,
  name: string,
  size: number,
  node: string,
): Promise<BenchServer> {
  const args = ['-c', '0', node, '--import', TSX, HOST, file, name, String(size)];
  const child = spawn('taskset', args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    cwd: ROOT, // where tsx finds the tsconfig with legacy decorators
    env: { ...process.env, NODE_ENV: 'production' },
  });
  child.once('exit', (code) => {
    if (code !== null && code !== 0) console.error(`${name}: exited with ${code}`);
  });
  const { port } = (await answerOf(child)) as { port: number };
  return {
    name,
    port,
    time: () => timeOf(child.pid!),
    async calls() {
      child.send('calls');
      return ((await answerOf(child)) as { calls: number }).calls;
    },
    stop: () => child.kill(),
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the server has ended');
  });
  return (await Promise.race([once(child, 'message'), ended]))[0];
}
