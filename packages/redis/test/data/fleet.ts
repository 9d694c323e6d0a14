import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DataWorkerCalls, DataWorkerOptions } from './messages.js';

/** One process with a data cache. */
export type DataWorker = {
  readonly [K in keyof DataWorkerCalls]: (
    ...args: Parameters<DataWorkerCalls[K]>
  ) => Promise<ReturnType<DataWorkerCalls[K]>>;
} & {
  readonly pid: number;
  stop(): Promise<void>;
};

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url));
const CALLS: readonly (keyof DataWorkerCalls)[] = [
  'confirm',
  'wrap',
  'keep',
  'has',
  'invalidate',
  'loads',
  'race',
];

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a process and waits until it follows the log. A call that it does not live to answer rejects. */
export async function startDataWorker(options: DataWorkerOptions): Promise<DataWorker> {
  const child = fork(PROGRAM, [JSON.stringify(options)], {
    execArgv: ['--conditions=shelflife:source', '--import', 'tsx'],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  const ended = once(child, 'exit').finally(() => {
    for (const { reject } of waiting.values()) reject(new Error('the process has ended'));
  });
  await Promise.race([once(child, 'message'), ended]);
  child.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });

  let last = 0;
  const ask = (call: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      child.send({ call, args, id });
    });
  const calls = CALLS.map((call) => [call, (...args: readonly unknown[]) => ask(call, args)] as const);
  const worker: DataWorker = {
    ...(Object.fromEntries(calls) as unknown as DataWorker),
    pid: child.pid!,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  while (!(await worker.confirm()));
  return worker;
}
