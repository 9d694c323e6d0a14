import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest, packages, pnpm, root, run } from '../support/workspace.js';

/** A name that every entry point must have. `testing` is left out: it needs vitest, an optional peer. */
const entries = [
  ['@shelflife/core', 'createCache'],
  ['@shelflife/core/node', undefined],
  ['@shelflife/express', 'responseCache'],
  ['@shelflife/fastify', 'default'],
  ['@shelflife/graphql', 'useOperationCache'],
  ['@shelflife/memcached', 'memcachedStore'],
  ['@shelflife/nestjs', 'ShelflifeModule'],
  ['@shelflife/nestjs/cache-manager', 'CacheModule'],
  ['@shelflife/postgres', 'listenForChanges'],
  ['@shelflife/postgres/drizzle', 'drizzleQueries'],
  ['@shelflife/postgres/knex', 'knexQueries'],
  ['@shelflife/redis', 'redisStore'],
] as const;

const home = mkdtempSync(join(tmpdir(), 'shelflife-packaging-'));
const modules = join(home, 'node_modules');

/** Puts the packed package, and nothing but what its package.json asks for, into `node_modules`. */
function install(name: string): void {
  const source = join(root, 'packages', name);
  const target = join(modules, '@shelflife', name);
  const tarballs = join(home, name);
  mkdirSync(tarballs);
  mkdirSync(target, { recursive: true });
  pnpm('--dir', source, 'pack', '--pack-destination', tarballs);
  const [tarball = ''] = readdirSync(tarballs);
  run('tar', ['-xzf', join(tarballs, tarball), '-C', target, '--strip-components=1']);

  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest(target);
  const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
  for (const dependency of [...Object.keys(dependencies), ...peers]) {
    if (dependency.startsWith('@shelflife/')) continue;
    const link = join(modules, dependency);
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(realpathSync(join(source, 'node_modules', dependency)), link, 'dir');
  }
}

function namesOf(code: string): string[] {
  return JSON.parse(run(process.execPath, code.split('\n'), home)) as string[];
}

beforeAll(() => {
  for (const name of packages('packages')) install(name);
});
afterAll(() => rmSync(home, { recursive: true }));

describe.each(entries)('%s from its tarball on plain Node', (entry, name) => {
  const expected = name === undefined ? expect.any(Array) : expect.arrayContaining([name]);

  it('works with import', () => {
    const code = `console.log(JSON.stringify(Object.keys(await import('${entry}'))))`;
    expect(namesOf(`--input-type=module\n-e\n${code}`)).toEqual(expected);
  });

  it('works with require()', () => {
    const code = `console.log(JSON.stringify(Object.keys(require('${entry}'))))`;
    expect(namesOf(`--input-type=commonjs\n-e\n${code}`)).toEqual(expected);
  });
});

describe.each(packages('packages'))('the tarball of %s', (name) => {
  it('has no test and no way into the sources', () => {
    const folder = join(modules, '@shelflife', name);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files).toContain('README.md');
    expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
    expect(JSON.stringify(manifest(folder).exports)).not.toContain('source');
  });
});
