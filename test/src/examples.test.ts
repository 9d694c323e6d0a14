import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifest, packages, root } from '../support/workspace.js';

const examples = packages('examples').filter(
  (name) => manifest(join(root, 'examples', name)).scripts?.['start'],
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs `npm start` in a folder, as a user would, and ends it with its children. */
async function started(folder: string, use: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { PATH, HOME, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  // Once it listens, an example prints something to try: the first URL with a path is taken here.
  const url = new RegExp(`http://[^\\s/]+:${port}/[^\\s'"]+`);
  try {
    await expect.poll(() => output, { timeout: 15_000 }).toMatch(url);
    await use(url.exec(output)?.[0] ?? '');
  } finally {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
}

it.each(examples)('example %s starts and answers the second request from its cache', async (name) => {
  await started(join(root, 'examples', name), async (url) => {
    const first = await fetch(url);
    const second = await fetch(url);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get('cache-status')).toMatch(/; hit\b/);
    expect(await second.text()).toBe(await first.text());
  });
});
