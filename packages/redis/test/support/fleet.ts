import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Invalidated, Rendered, WorkerOptions } from './messages.js';

/** One process of an application behind a cache. */
export interface Worker {
  readonly pid: number;
  /** Gets an item. */
  item(
    id: string,
  ): Promise<{ readonly status: number; readonly cacheStatus: string; readonly body: Rendered | undefined }>;
  invalidate(id: string): Promise<Invalidated>;
  /** Makes the worker know what the token stands for. */
  confirm(token: string): Promise<boolean>;
  stats(): Promise<{ readonly renders: number }>;
  pause(): void;
  resume(): void;
  /** Ends it, at once when told so. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Starts a process and waits until it listens. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const child = fork(PROGRAM, [JSON.stringify(options)], {
    execArgv: ['--conditions=shelflife:source', '--import', 'tsx'],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr!.on('data', (text: Buffer) => (printed = (printed + String(text)).slice(-2000)));
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  if (typeof message !== 'object' || message === null) throw new Error(`the worker ended: ${printed}`);
  return workerAt(child, (message as { port: number }).port, ended);
}

function workerAt(child: ChildProcess, port: number, ended: Promise<unknown>): Worker {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const ask = (method: string, path: string): Promise<Answer> => askHttp(agent, port, method, path);

  return {
    pid: child.pid!,
    async item(id) {
      const { status, cacheStatus, text } = await ask('GET', `/item/${id}`);
      return { status, cacheStatus, body: status === 200 ? (JSON.parse(text) as Rendered) : undefined };
    },
    invalidate: async (id) => JSON.parse((await ask('POST', `/invalidate/${id}`)).text) as Invalidated,
    async confirm(token) {
      const { text } = await ask('POST', `/confirm?token=${encodeURIComponent(token)}`);
      return (JSON.parse(text) as { confirmed: boolean }).confirmed;
    },
    stats: async () => JSON.parse((await ask('GET', '/stats')).text) as { renders: number },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop(signal = 'SIGTERM') {
      agent.destroy();
      child.kill(signal);
      if (signal === 'SIGTERM') setTimeout(() => child.kill('SIGKILL'), 5000).unref();
      await ended;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly cacheStatus: string;
  readonly text: string;
}

function askHttp(agent: Agent, port: number, method: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The host is part of the key, and all workers are one application.
    const headers = { host: 'shop.example' };
    const sent = request({ agent, port, host: '127.0.0.1', method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          cacheStatus: String(response.headers['cache-status']),
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject).end();
  });
}
