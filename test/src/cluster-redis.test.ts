import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../support/servers/program.js';
import { root } from '../support/workspace.js';

interface Answer {
  readonly worker: string;
  readonly cacheStatus: string;
  readonly token: string;
  readonly run: number;
}

describe('the example cluster-redis', () => {
  let port: number;
  let end: () => Promise<unknown>;

  beforeAll(async () => {
    [port] = (await freePorts(1)) as [number];
    const { PATH, HOME } = process.env;
    const child = spawn('npm', ['start'], {
      cwd: join(root, 'examples/cluster-redis'),
      env: { PATH, HOME, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const ended = once(child, 'close');
    end = () => {
      process.kill(-child.pid!, 'SIGTERM');
      return ended;
    };
    for await (const text of child.stdout) if (String(text).includes('4 processes')) break;
  }, 30_000);
  afterAll(() => end());

  /** On a connection of its own, so that the processes take turns. */
  function ask(path: string, token?: string, method = 'GET'): Promise<Answer> {
    const headers = token === undefined ? {} : { 'X-Token': token };
    return new Promise((resolve, reject) => {
      const agent = new Agent({ keepAlive: false });
      const sent = request({ agent, port, host: '127.0.0.1', path, headers, method }, async (response) => {
        let text = '';
        for await (const chunk of response) text += String(chunk);
        const { 'x-worker': worker, 'cache-status': cacheStatus, 'x-token': given } = response.headers;
        const run = text === '' ? 0 : (JSON.parse(text) as { run: number }).run;
        resolve({ worker: String(worker), cacheStatus: String(cacheStatus), token: String(given), run });
      });
      sent.on('error', reject).end();
    });
  }

  it('makes a cold report once, for requests in all four processes', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('/report/cold')));
    expect(new Set(answers.map(({ worker }) => worker)).size).toBe(4);
    expect(new Set(answers.map(({ run }) => run)).size).toBe(1);
  });

  it('answers from any process what one has made', async () => {
    const { run } = await ask('/report/shared');
    // It is written to Redis behind the answer.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask('/report/shared')));
    expect(new Set(answers.map(({ worker }) => worker)).size).toBe(4);
    for (const answer of answers)
      expect(answer).toMatchObject({ run, cacheStatus: expect.stringMatching(/; hit/) });
  });

  it('shows a change in all processes', async () => {
    const before = await ask('/report/changing');
    const { token } = await ask('/report/changing', undefined, 'POST');
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask('/report/changing', token)));
    for (const { run } of answers) expect(run).toBeGreaterThan(before.run);
  });
});
