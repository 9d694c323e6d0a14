import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { startSentinel } from '../../../test/support/servers/redis.js';
import { hitRate, p99, serverOf, times, workerOn } from './support/asking.js';
import { acknowledged } from './support/settling.js';

// They mostly wait.
describe.concurrent('at the same time:', () => {
  test('F01 unreachable at start: it serves within a second, and joins Redis when it appears', async ({
    expect,
    onTestFinished,
  }) => {
    const redis = await serverOf(onTestFinished);
    await redis.kill();
    const worker = await workerOn(onTestFinished, { url: redis.url });
    const started = performance.now();
    await times(worker, 6, (at) => `item${at}`);
    expect(performance.now() - started).toBeLessThan(1000);
    await redis.restart();
    await acknowledged(worker, 'a');
    await worker.item('shared');
    const other = await workerOn(onTestFinished, { url: redis.url });
    await expect.poll(() => hitRate(other, ['shared']), { timeout: 5000 }).toBe(1);
  }, 40_000);

  test('F28 the process that makes an answer dies: another makes it when the lease is over', async ({
    expect,
    onTestFinished,
  }) => {
    const redis = await serverOf(onTestFinished);
    const [slow, other] = await Promise.all([
      workerOn(onTestFinished, { url: redis.url }, { renderMs: [20_000, 20_000] }),
      workerOn(onTestFinished, { url: redis.url }),
    ]);
    await Promise.all([slow.confirm(''), other.confirm('')]);
    const lost = slow.item('a').catch(() => 'lost');
    await expect.poll(async () => (await slow.stats()).renders, { timeout: 5000 }).toBe(1);
    const started = performance.now();
    const waiting = other.item('a');
    await sleep(200);
    await slow.stop('SIGKILL');
    expect(await lost).toBe('lost');
    expect((await waiting).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(500);
    expect(performance.now() - started).toBeLessThan(10_000);
  }, 40_000);

  test('a failover of Sentinel: requests go on, and the new primary is used', async ({
    expect,
    onTestFinished,
  }) => {
    const servers = await startSentinel();
    onTestFinished(() => servers.stop());
    const { name, port, master } = servers;
    const worker = await workerOn(onTestFinished, { sentinel: { name, port } });
    await acknowledged(worker, 'a');
    const base = p99(await times(worker, 100, (at) => `before${at}`));
    await master.kill();
    const during = await times(worker, 300, (at) => `during${at}`);
    expect(p99(during) - base).toBeLessThan(300);
    // A Sentinel that did not run for two seconds does nothing for the next thirty.
    await expect.poll(async () => (await worker.invalidate('a')).acked, { timeout: 45_000 }).toBeDefined();
    await expect.poll(() => hitRate(worker, ['b', 'b', 'b', 'b', 'b'])).toBeGreaterThanOrEqual(0.8);
  }, 90_000);
});
