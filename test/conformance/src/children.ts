import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** A program of ours in a process of its own. */
export interface Child {
  readonly process: ChildProcess;
  /** Everything it has printed. */
  readonly output: () => string;
  /** Ends it, if it still runs. */
  readonly stop: () => Promise<void>;
}

/** Starts a program in `children/` from its source. `copyTo`: gets what it prints at once. */
export function startChild(name: string, args: readonly string[], copyTo?: NodeJS.WritableStream): Child {
  const child = fork(fileURLToPath(new URL(`children/${name}.ts`, import.meta.url)), args, {
    cwd: FOLDER,
    execArgv: ['--no-warnings', '--conditions=shelflife:source', '--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (text: Buffer) => {
      output += String(text);
      copyTo?.write(text);
    });
  }
  return {
    process: child,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits until a server program tells its port. @throws Error with its output when it ends instead. */
export async function portOf(child: Child): Promise<number> {
  const told = once(child.process, 'message') as Promise<[{ readonly port: number }]>;
  const ended = once(child.process, 'exit').then(() => {
    throw new Error(`A server did not start:\n${child.output()}`);
  });
  const [{ port }] = await Promise.race([told, ended]);
  return port;
}
