import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REASONS } from '@shelflife/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAsTold } from '../support/readme-program.js';
import { pagesOf, type Program, programsOf, readmeOf } from '../support/readme.js';
import { packages, root, run } from '../support/workspace.js';

/** The packages whose READMEs and pages have programs that need nothing but their framework. */
const DOCUMENTED = ['core', 'express', 'fastify'];

/** A folder of a user's, with the packages in it that the READMEs tell to install. */
const home = mkdtempSync(join(tmpdir(), 'shelflife-readme-'));

/** What else they tell to install; the tests of the adapter have it all. */
const INSTALLED = ['express', 'supertest', 'vitest', '@types/express', '@types/supertest', '@types/node'];

/** Any free port in place of 3000, and the test is told which. */
const PRELOAD = `
import { Server } from 'node:net';
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  this.once('listening', () => console.log('port ' + this.address().port));
  return listen.call(this, 0, ...rest);
};`;

beforeAll(() => {
  const link = (name: string, target: string): void => {
    const path = join(home, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(realpathSync(target), path, 'dir');
  };
  for (const name of DOCUMENTED) link(`@shelflife/${name}`, join(root, 'packages', name));
  for (const name of INSTALLED) link(name, join(root, 'packages/express/node_modules', name));
  link('fastify', join(root, 'packages/fastify/node_modules/fastify'));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(home, 'preload.mjs'), PRELOAD);
});
afterAll(() => rmSync(home, { recursive: true }));

const isTest = ({ code }: Program): boolean => code.includes('@shelflife/core/testing');

const PROGRAMS = ['root', ...DOCUMENTED].flatMap(pagesOf).flatMap(({ path, text }) =>
  programsOf(text).map((program, at) => ({
    title: `${path}, program ${at + 1}`,
    file: `${path.replaceAll(/\W/g, '-')}-${at + 1}`,
    program,
  })),
);

const isServer = ({ code }: Program): boolean => code.includes('.listen(');

/** Starts a program with the port of its own. */
function start(
  file: string,
  { code }: Program,
): { child: ChildProcess; ended: Promise<unknown>; output: () => string } {
  writeFileSync(join(home, file), code);
  const child = spawn(process.execPath, ['--import', './preload.mjs', file], { cwd: home, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += String(text)));
  return { child, ended: once(child, 'close'), output: () => output };
}

describe('the programs of the READMEs run as written', () => {
  it.each(PROGRAMS.filter(({ program }) => isServer(program)))('$title', async ({ file, program }) => {
    const { child, ended, output } = start(`${file}.mjs`, program);
    try {
      await expect.poll(output, { timeout: 10_000 }).toMatch(/^port \d+$/m);
      const origin = `http://127.0.0.1:${/^port (\d+)$/m.exec(output())![1]}`;
      expect(program.requests.length).toBeGreaterThan(1);
      for (const request of program.requests) await expectAsTold(origin, request);
    } finally {
      child.kill();
      await ended;
    }
  });

  const scripts = PROGRAMS.filter(({ program }) => !isServer(program) && !isTest(program));
  it.each(scripts)('$title', async ({ file, program }) => {
    const { ended, output } = start(`${file}.mjs`, program);
    const [status] = (await ended) as [number];
    expect(status === 0 || output()).toBe(true);
  });

  it.each(PROGRAMS.filter(({ program }) => isTest(program)))(
    '$title',
    ({ file, program }) => {
      const folder = join(home, file);
      mkdirSync(folder);
      writeFileSync(join(folder, 'readme.test.ts'), program.code);
      const vitest = join(home, 'node_modules/vitest/vitest.mjs');
      expect(run(process.execPath, [vitest, 'run', '--root', folder], folder)).toContain('passed');
    },
    60_000,
  );

  it('and are right for the compiler', () => {
    const folder = join(home, 'types');
    mkdirSync(folder);
    for (const { file, program } of PROGRAMS) writeFileSync(join(folder, `${file}.ts`), program.code);
    const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] };
    const config = { compilerOptions: { ...options, skipLibCheck: true }, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    expect(run(join(root, 'node_modules/.bin/tsc'), ['-p', folder], folder)).toBe('');
  });
});

describe('the tables in the README of core name', () => {
  const readme = readmeOf('core');
  const rows = (heading: string): string[] => {
    const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    const cells = [...section.matchAll(/^\| (`[^|]*?) \|/gm)].map(([, cell]) => cell ?? '');
    return cells
      .flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, word]) => word ?? ''))
      .toSorted();
  };
  const membersOf = (file: string, from: string, pattern: RegExp): string[] => {
    const source = readFileSync(join(root, 'packages/core/src', file), 'utf8')
      .split(from)[1]
      ?.split('\n}\n')[0];
    return [...(source ?? '').matchAll(pattern)].map(([, word]) => word ?? '').toSorted();
  };

  it('every option of a rule', () => {
    const options = membersOf('rule/rule.ts', 'export interface Rule<', /^ {2}readonly (\w+)\?:/gm);
    expect(options).toContain('ttl');
    expect(rows('Rules')).toEqual(options);
  });

  it('every option of createCache()', () => {
    const options = membersOf('options.ts', 'export interface CacheOptions', /^ {2}readonly (\w+)\?:/gm);
    expect(options).toContain('profiles');
    expect(rows('The cache')).toEqual(expect.arrayContaining(options));
  });

  it('every event', () => {
    const events = membersOf('events.ts', 'export interface CacheEvents', /^ {2}'?([\w-]+)'?: (?:\{|\w+;)/gm);
    expect(events).toContain('not-stored');
    expect(rows('Events')).toEqual(events);
  });

  it('every statistic', () => {
    const stats = membersOf('stats.ts', 'export interface CacheStats', /^ {2}readonly (\w+):/gm);
    expect(stats).toContain('hitRatio');
    expect(rows('Statistics')).toEqual(stats);
  });

  it('every reason', () => {
    // The one reason that a hit may have stands below the tables.
    const named = [...rows('What is not stored'), 'STALE-IF-ERROR'];
    expect(named.toSorted()).toEqual(REASONS.toSorted());
    expect(readme).toContain('`STALE-IF-ERROR`');
  });
});

describe('the pages of the data cache', () => {
  const docs = join(root, 'packages/core/docs');
  const pages = readdirSync(docs).filter((file) => /^(data-|outbound-)/.test(file));
  const textOf = (file: string): string => readFileSync(join(docs, file), 'utf8');

  it.each(pages)('%s has a diagram, a program, and is found from the list of patterns', (page) => {
    expect(textOf(page)).toContain('```text\n');
    expect(readmeOf('core')).toContain(`(docs/${page})`);
    if (page === 'data-patterns.md') return;
    expect(textOf(page)).toContain('```ts\n');
    expect(textOf('data-patterns.md')).toContain(`(${page}`);
  });

  it.each([
    ['data-lookups.md', 'rule.ts', 'DataRule'],
    ['data-sources.md', 'source-options.ts', 'SourceOptions'],
    ['data-sources.md', 'source-options.ts', 'SourceWrites'],
    ['data-sources.md', 'filter-options.ts', 'SourceFilter'],
    ['outbound-fetch.md', '../outbound/options.ts', 'FetchOptions'],
    ['data-queries.md', 'queries.ts', 'QueryRule'],
    ['data-queries.md', 'queries.ts', 'WriteRule'],
    ['data-values.md', 'seal-options.ts', 'ValueOptions'],
  ])('%s names in its tables every option of %s: %s', (page, file, type) => {
    const source = readFileSync(join(root, 'packages/core/src/data', file), 'utf8');
    const members =
      source.split(`export interface ${type}<`)[1] ?? source.split(`export interface ${type} {`)[1];
    const options = [...(members ?? '').split('\n}\n')[0]!.matchAll(/^ {2}readonly (\w+)\??:/gm)];
    const rows = [...textOf(page).matchAll(/^\| ([^|]*`[^|]*) \|/gm)].map(([, cell]) => cell).join('\n');
    expect(options.length).toBeGreaterThan(0);
    for (const [, option = ''] of options) expect(rows).toMatch(new RegExp('\\b' + option + '\\b'));
  });
});

/** The addresses of the headings of a page, as GitHub makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)];
  const words = headings.map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, ''),
  );
  return new Set(words.map((heading) => heading.replaceAll(' ', '-')));
}

describe('every link of the pages to something in the repository leads there:', () => {
  const pages = ['root', ...packages('packages')].flatMap(pagesOf);
  it.each(pages)('$path', ({ path, text }) => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? join(root, path) : join(root, dirname(path), file);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});
