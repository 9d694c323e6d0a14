import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly exports?: unknown;
}

export function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The packages below a folder of the root, by folder name: `packages('examples')`. */
export function packages(parent: 'packages' | 'examples'): string[] {
  const names = existsSync(join(root, parent)) ? readdirSync(join(root, parent)) : [];
  return names.filter((name) => existsSync(join(root, parent, name, 'package.json')));
}

/** Runs a program to its end and returns what it printed; throws with all its output when it fails. */
export function run(command: string, args: readonly string[], cwd: string = root): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs the pinned pnpm, which need not be on PATH. */
export function pnpm(...args: readonly string[]): string {
  return run(process.execPath, [join(root, 'scripts/pnpm.mjs'), ...args]);
}
