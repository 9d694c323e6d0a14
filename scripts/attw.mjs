// Checks how a published tarball's types resolve. `attw --pack` would call `npm pack`, which
// ignores pnpm's publishConfig.exports and workspace: ranges, so pack with pnpm first.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const dir = mkdtempSync(join(tmpdir(), 'attw-'));
try {
  execFileSync('pnpm', ['pack', '--pack-destination', dir], { stdio: 'ignore' });
  const [tarball] = readdirSync(dir);
  const args = [join(dir, tarball), '--profile', 'esm-only', '--no-emoji'];
  const { status, stdout } = spawnSync('attw', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  console.log(status === 0 ? 'attw: no problems found' : stdout);
  process.exitCode = status ?? 1;
} finally {
  rmSync(dir, { recursive: true });
}
