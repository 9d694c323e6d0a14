import { execFile } from 'node:child_process';
import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, type Program, startProgram, until } from './program.js';

const run = promisify(execFile);

/** A PostgreSQL server of a test. */
export interface PostgresServer extends Program {
  /** Of a superuser, without a password. */
  readonly url: string;
}

/** Nothing of it has to survive the machine. */
const SETTINGS = [
  'fsync=off',
  'unix_socket_directories=',
  'dynamic_shared_memory_type=mmap',
  'max_connections=50',
];

/** Starts PostgreSQL on 127.0.0.1 with an empty database. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = await binaries();
  const [port] = (await freePorts(1)) as [number];
  const own = process.getuid?.() === 0 ? await asPostgres() : undefined;
  const ready = (): Promise<unknown> => run(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]);
  const program = await startProgram({
    command: 'env',
    port,
    async arguments(folder) {
      if (own !== undefined) await chown(folder, own.uid, own.gid);
      const data = join(folder, 'data');
      const isNew = await stat(data).then(
        () => false,
        () => true,
      );
      const init = [
        join(bin, 'initdb'),
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--no-sync',
      ];
      if (isNew) await run('env', [...(own?.prefix ?? []), ...init], { cwd: folder });
      const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', ...SETTINGS];
      const options = settings.flatMap((setting) => ['-c', setting]);
      return [...(own?.prefix ?? []), join(bin, 'postgres'), '-D', data, ...options];
    },
    ready,
  });
  return {
    ...program,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      // An immediate shutdown takes its children along, which would go on writing into the folder.
      process.kill(program.pid(), 'SIGQUIT');
      const isUp = (): Promise<boolean> =>
        ready().then(
          () => true,
          () => false,
        );
      await until('the end of PostgreSQL', async () => {
        if (await isUp()) throw new Error('it still answers');
      });
      await program.stop();
    },
  };
}

/** The newest installation; Debian does not put its programs on the PATH. */
async function binaries(): Promise<string> {
  const home = '/usr/lib/postgresql';
  const versions = await readdir(home).catch(() => []);
  const newest = versions
    .map(Number)
    .filter(Number.isFinite)
    .toSorted((a, b) => b - a)[0];
  if (newest !== undefined) return join(home, String(newest), 'bin');
  const onPath = await run('postgres', ['--version']).catch(() => undefined);
  if (onPath !== undefined) return '';
  throw new Error('PostgreSQL is not installed: run apt-get install -y postgresql.');
}

/** PostgreSQL refuses to run as root: its package brings a user. The kernel forgets `--pdeathsig` with the user. */
async function asPostgres(): Promise<{ uid: number; gid: number; prefix: readonly string[] }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  );
  const user = ['--reuid=postgres', '--regid=postgres', '--init-groups', '--pdeathsig', 'KILL'];
  return { uid: uid!, gid: gid!, prefix: ['setpriv', ...user] };
}
