import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that a test started. */
export interface Program {
  readonly port: number;
  /** The process id, which changes with a restart. */
  readonly pid: () => number;
  /** Hangs it: connections stay open, nothing is answered. {@link resume} goes on. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it at once, as a crash would, and keeps its folder: {@link restart} starts it there again. */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Ends it and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** How to start a server, and how to see that it is there. */
export interface Recipe {
  /** The program, which is also the name of its Debian package. */
  readonly command: string;
  readonly port: number;
  /** `folder`: an empty one of its own. */
  arguments(folder: string): Promise<readonly string[]> | readonly string[];
  /** Throws as long as it is not ready. */
  ready(): Promise<unknown>;
}

// Below those that the kernel gives to connections (32768 and up), so that none is taken before a server listens on it.
const [FIRST_PORT, PORTS] = [10_240, 22_000];

/** Ports that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listenSomewhere()));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function listenSomewhere(): Promise<Server> {
  for (;;) {
    const server = createServer().listen(FIRST_PORT + randomInt(PORTS), '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isFree) return server;
  }
}

/** Waits until `attempt` no longer throws; throws what it threw last, with `what`, after 15 seconds. */
export async function until(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return void (await attempt());
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`${what} took more than 15 s`, { cause });
    }
    await sleep(20);
  }
}

const running = new Map<ChildProcess, string>();
process.once('exit', () => {
  for (const [child, folder] of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Starts a server; what it printed is in the error when it does not come up. */
export async function startProgram(recipe: Recipe): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), `shelflife-${recipe.command}-`));
  let current = await spawned(recipe, folder);

  async function kill(): Promise<void> {
    current.child.kill('SIGKILL');
    await current.ended;
  }
  return {
    port: recipe.port,
    pid: () => current.child.pid!,
    pause: () => void current.child.kill('SIGSTOP'),
    resume: () => void current.child.kill('SIGCONT'),
    kill,
    async restart() {
      current = await spawned(recipe, folder);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

async function spawned(recipe: Recipe, folder: string): Promise<Running> {
  // A test runner that is killed outright cannot clean up: on Linux the kernel ends its servers.
  const line = [...(process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : []), recipe.command];
  const args = [...line.slice(1), ...(await recipe.arguments(folder))];
  const child = spawn(line[0]!, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed = (printed + text.toString()).slice(-4000)));
  child.once('error', (error) => (printed += String(error)));
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  running.set(child, folder);
  void ended.then(() => running.delete(child));
  try {
    let dead = false;
    void ended.then(() => (dead = true));
    await until(recipe.command, async () => {
      if (!dead) await recipe.ready();
    });
    if (dead) throw new Error(printed);
    return { child, ended };
  } catch (cause) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    throw new Error(notStarted(recipe, printed), { cause });
  }
}

function notStarted({ command, port }: Recipe, printed: string): string {
  const isMissing = /ENOENT|No such file/.test(printed);
  const advice = isMissing ? `It is not installed: run apt-get install -y ${command}.` : printed;
  return `${command} on port ${port} did not start. ${advice}`;
}
