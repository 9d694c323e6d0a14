import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
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
import { type Program, programsOf, readmeOf } from '../support/readme.js';
import { root, run } from '../support/workspace.js';

/** The packages whose READMEs have programs that need nothing but Express. */
const DOCUMENTED = ['core', 'express'];

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
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(home, 'preload.mjs'), PRELOAD);
});
afterAll(() => rmSync(home, { recursive: true }));

const isTest = ({ code }: Program): boolean => code.includes('@shelflife/core/testing');

const PROGRAMS = ['root', ...DOCUMENTED].flatMap((name) =>
  programsOf(readmeOf(name)).map((program, at) => ({
    title: `${name}, program ${at + 1}`,
    name,
    at,
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
  it.each(PROGRAMS.filter(({ program }) => isServer(program)))('$title', async ({ name, at, program }) => {
    const { child, ended, output } = start(`${name}-${at}.mjs`, program);
    try {
      await expect.poll(output, { timeout: 10_000 }).toMatch(/^port \d+$/m);
      const origin = `http://127.0.0.1:${/^port (\d+)$/m.exec(output())![1]}`;
      expect(program.requests.length).toBeGreaterThan(1);
      for (const { path, init, cacheStatus } of program.requests) {
        const { ok, headers } = await fetch(origin + path, init);
        const said = headers.get('cache-status');
        expect([path, ok, withoutDigit(said)]).toEqual([path, true, withoutDigit(cacheStatus ?? said)]);
      }
    } finally {
      child.kill();
      await ended;
    }
  });

  const scripts = PROGRAMS.filter(({ program }) => !isServer(program) && !isTest(program));
  it.each(scripts)('$title', async ({ name, at, program }) => {
    const { ended, output } = start(`${name}-${at}.mjs`, program);
    const [status] = (await ended) as [number];
    expect({ status, output: output() }).toMatchObject({ status: 0 });
  });

  it.each(PROGRAMS.filter(({ program }) => isTest(program)))(
    '$title',
    ({ name, at, program }) => {
      const folder = join(home, `${name}-${at}`);
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
    for (const { name, at, program } of PROGRAMS)
      writeFileSync(join(folder, `${name}-${at}.ts`), program.code);
    const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] };
    const config = { compilerOptions: { ...options, skipLibCheck: true }, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    expect(run(join(root, 'node_modules/.bin/tsc'), ['-p', folder], folder)).toBe('');
  });
});

/** Seconds may pass while the programs run: the last digit of a ttl does not count. */
function withoutDigit(cacheStatus: string | null): string | undefined {
  return cacheStatus?.replace(/ttl=(\d*)\d\b/, 'ttl=$1…');
}

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

  it('every reason', () => {
    // The one reason that a hit may have stands below the tables.
    const named = [...rows('What is not stored'), 'STALE-IF-ERROR'];
    expect(named.toSorted()).toEqual(REASONS.toSorted());
    expect(readme).toContain('`STALE-IF-ERROR`');
  });
});
