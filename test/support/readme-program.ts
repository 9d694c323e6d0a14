import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import type { CurlLine, Program } from './readme.js';

// Any free port in place of 3000.
const PRELOAD = `data:text/javascript,${encodeURIComponent(`
import { Server } from 'node:net';
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  this.once('listening', () => console.log('port ' + this.address().port));
  return listen.call(this, 0, ...rest);
};`)}`;

/**
 * Runs a program of a README in the folder of a package as it is written, and the requests after it if it is a
 * server: each must be answered, with the Cache-Status that its comment promises.
 */
export async function runProgram(
  { code, requests }: Program,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const args = ['--conditions=shelflife:source', '--import', 'tsx', '--import', PRELOAD];
  const child = spawn(process.execPath, [...args, '--input-type=module', '-e', code], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += String(text)));
  const ended = once(child, 'close');
  try {
    if (!code.includes('.listen(')) {
      const [status] = (await ended) as [number];
      return expect({ status, printed }).toEqual({ status: 0, printed: '' });
    }
    await expect.poll(() => printed, { timeout: 15_000 }).toMatch(/^port \d+$/m);
    const origin = `http://127.0.0.1:${/^port (\d+)$/m.exec(printed)![1]}`;
    expect(requests.length).toBeGreaterThan(1);
    for (const request of requests) await expectAsTold(origin, request);
  } finally {
    child.kill();
    await ended;
  }
}

/** Sends a request of a README; it must be answered as its comment says. */
export async function expectAsTold(
  origin: string,
  { path, init, status, cacheStatus }: CurlLine,
): Promise<void> {
  const answer = await fetch(origin + path, init);
  const said = answer.headers.get('cache-status');
  const wanted = [path, status ?? true, approximately(cacheStatus ?? said)];
  expect([path, status === undefined ? answer.ok : answer.status, approximately(said)]).toEqual(wanted);
}

/** Seconds may pass while a program runs: the last digit of a ttl does not count. */
function approximately(cacheStatus: string | null): string | undefined {
  return cacheStatus?.replace(/ttl=(\d*)\d\b/, 'ttl=$1…');
}
