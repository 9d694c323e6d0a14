import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../support/workspace.js';

const folder = join(root, 'examples/data-patterns');
const run = promisify(execFile);

/** What the README says that its programs print: `$ npx tsx src/batch.ts`, then the output. */
const told = [
  ...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(
    /^```console\n\$ npx tsx src\/([\w-]+)\.ts\n(.*?)^```$/gms,
  ),
].map(([, name = '', output = '']) => ({ name, output }));

describe.concurrent('the example data-patterns prints what its README shows:', () => {
  it.each(told)(
    '$name',
    async ({ name, output }) => {
      const tsx = join(folder, 'node_modules/.bin/tsx');
      const { stdout, stderr } = await run(tsx, [`src/${name}.ts`], { cwd: folder });
      expect(stdout).toBe(output);
      expect(stderr).toBe('');
    },
    60_000,
  );
});

it('the README of data-patterns shows every program of it', () => {
  const programs = readdirSync(join(folder, 'src')).filter((name) => name.endsWith('.ts'));
  expect(told.map(({ name }) => `${name}.ts`).toSorted()).toEqual(programs.toSorted());
});
