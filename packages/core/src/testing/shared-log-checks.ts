// oxlint-disable vitest/no-standalone-expect -- `logSuite()` makes tests of these.
import { expect } from 'vitest';
import { systemClock } from '../clock.js';
import { type InvalidationLog, REMOVED } from '../invalidation/log.js';
import { createSharedLog } from '../invalidation/shared-log.js';
import type { LogTransport } from '../invalidation/transport.js';
import { ownLogChecks } from './own-log-checks.js';

type Connect = () => Promise<LogTransport>;

/** Runs a check with a process at the log, as often as it asks for one, and stops them all. */
const withProcesses =
  (check: (start: (maxStaleness?: number) => Promise<InvalidationLog>) => Promise<void>) =>
  async (connect: Connect): Promise<void> => {
    const logs: InvalidationLog[] = [];
    try {
      await check(async (maxStaleness = 5000) => {
        const transport = await connect();
        const log = createSharedLog({ transport, clock: systemClock, maxStaleness, deadline: 1000 });
        logs.push(log);
        await expect.poll(() => log.health.state, { timeout: 5000, interval: 5 }).toBe('live');
        return log;
      });
    } finally {
      await Promise.all(logs.map((log) => log.close()));
    }
  };

/** The shared log over a transport: what one process invalidates is invalid in the others. */
export const sharedLogChecks: readonly (readonly [
  title: string,
  check: (connect: Connect) => Promise<void>,
])[] = [
  ...ownLogChecks.map(
    ([title, check]) => [title, withProcesses(async (start) => check(await start()))] as const,
  ),
  [
    'an invalidation is in effect here at once, and elsewhere by its token',
    withProcesses(async (start) => {
      const [here, there] = [await start(), await start()];
      const filled = here.position;
      const appended = here.append(['t:a'], 'remove');
      expect(here.staleSince(filled, ['t:a'])).toBe(REMOVED);
      const token = await appended;
      expect((await there.confirm(token)) ?? true).toBe(true);
      expect([there.staleSince(filled, ['t:a']), there.staleSince(filled, ['t:b'])]).toEqual([
        REMOVED,
        Infinity,
      ]);
    }),
  ],
  [
    'it reaches the others without being asked for',
    withProcesses(async (start) => {
      const [here, there] = [await start(), await start()];
      const token = await here.append(['t:a'], 'stale');
      await expect.poll(() => there.position, { timeout: 2000, interval: 2 }).toBe(token);
      expect(there.staleSince(token - 1, ['t:a'])).toBeLessThanOrEqual(systemClock.now());
      expect(there.confirm()).toBeUndefined();
    }),
  ],
  [
    'with no staleness allowed every question is answered by a read',
    withProcesses(async (start) => {
      const [here, there] = [await start(), await start(0)];
      const filled = here.position;
      for (let round = 0; round < 20; round++) {
        await here.append([`t:${round}`], 'remove');
        expect(await there.confirm()).toBe(true);
        expect(there.staleSince(filled, [`t:${round}`])).toBe(REMOVED);
      }
    }),
  ],
  [
    'a new process knows what was invalidated before it started',
    withProcesses(async (start) => {
      const here = await start();
      const filled = here.position;
      for (let round = 0; round < 5; round++) await here.append([`t:${round}`], 'remove');
      const there = await start();
      expect(there.position).toBe(here.position);
      expect(there.staleSince(filled, ['t:3'])).toBe(REMOVED);
      expect(there.staleSince(filled, ['t:other'])).toBe(Infinity);
      expect(there.staleSince(there.position, ['t:3'])).toBe(Infinity);
    }),
  ],
];
