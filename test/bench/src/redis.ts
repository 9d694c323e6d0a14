import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs the benchmarks of the Redis package, which print for themselves. Returns whether all was as promised there. */
export function measureRedis(write: boolean): boolean {
  const cwd = fileURLToPath(new URL('../../../packages/redis/', import.meta.url));
  const args = ['--conditions=shelflife:source', '--import', 'tsx', 'bench/run.ts'];
  return (
    spawnSync(process.execPath, write ? [...args, '--write'] : args, { cwd, stdio: 'inherit' }).status === 0
  );
}
