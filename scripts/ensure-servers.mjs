// Makes sure that programs the tests start are on this machine, by apt where they are missing:
//   node scripts/ensure-servers.mjs [NAME...]
// `npm test` names those that a test uses.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** Program -> Debian package. */
const known = {
  chromium: 'chromium',
  memcached: 'memcached',
  postgres: 'postgresql',
  'redis-server': 'redis-server',
  wrk: 'wrk',
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(known, name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Known: ${Object.keys(known).join(', ')}.`);
  process.exit(1);
}
const runs = (program) => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error;
// Debian keeps the programs of PostgreSQL off the PATH, one folder a version.
const isThere = (name) =>
  runs(name) ||
  (name === 'postgres' &&
    existsSync('/usr/lib/postgresql') &&
    readdirSync('/usr/lib/postgresql').some((version) =>
      runs(`/usr/lib/postgresql/${version}/bin/postgres`),
    ));
const missing = wanted.filter((name) => !isThere(name));
if (missing.length > 0) {
  const apt = (...args) => {
    const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const [command, ...rest] = [...sudo, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120', ...args];
    return spawnSync(command, rest, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status;
  };
  const packages = missing.map((name) => known[name]);
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  if (install() !== 0 && (apt('update') !== 0 || install() !== 0)) {
    console.error(`Could not install ${packages.join(', ')}: install them by hand and run this again.`);
    process.exit(1);
  }
}
