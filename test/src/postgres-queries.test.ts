import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectAsTold } from '../support/readme-program.js';
import { requestOf } from '../support/readme.js';
import { startPostgres } from '../support/servers/postgres.js';
import { freePorts } from '../support/servers/program.js';
import { root } from '../support/workspace.js';

const folder = join(root, 'examples/postgres-queries');
const run = promisify(execFile);

/** Starts the example until the test ends; `print` tells what it prints. */
function start(env: Readonly<Record<string, string>>): { print: () => string; ended: Promise<unknown[]> } {
  const { PATH, HOME } = process.env;
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close');
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()));
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM');
    await ended;
  });
  return { print: () => printed, ended };
}

describe('the example postgres-queries', () => {
  it('answers as its README says, also after a write of psql', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const [port] = (await freePorts(1)) as [number];
    const { print } = start({ PORT: String(port), DATABASE_URL: server.url });
    await expect.poll(print, { timeout: 15_000 }).toContain('Ctrl+C');

    const lines = readFileSync(join(folder, 'README.md'), 'utf8').match(/^(?:curl|psql) .*$/gm) ?? [];
    expect(lines.filter((line) => line.startsWith('psql '))).toHaveLength(1);
    for (const line of lines) {
      const [, sql] = /^psql "\$DATABASE_URL" -c "(.*)"$/.exec(line) ?? [];
      if (sql !== undefined) await run('psql', [server.url, '-c', sql]);
      // The message of a write elsewhere takes a moment.
      else await vi.waitFor(() => expectAsTold(`http://127.0.0.1:${port}`, requestOf(line)));
    }
    expect(print().match(/SQL: select .* where "products"\."id" = \$1/g)).toHaveLength(4);
  }, 40_000);

  it('says how to get a server when there is none', async () => {
    const { print, ended } = start({ DATABASE_URL: 'postgres://postgres@127.0.0.1:1/postgres' });
    expect(await ended).toEqual([1, null]);
    expect(print()).toContain('ECONNREFUSED 127.0.0.1:1. Start it (apt-get install -y postgresql)');
  });
});
