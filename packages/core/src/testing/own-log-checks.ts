import { expect } from 'vitest';
import { systemClock } from '../clock.js';
import { type InvalidationLog, REMOVED } from '../invalidation/log.js';

/** Passes, or throws what is wrong. */
export type OwnLogCheck = (log: InvalidationLog) => Promise<void>;

/** What one process may expect of its {@link InvalidationLog}, whether it shares the log with others or not. */
export const ownLogChecks: readonly (readonly [title: string, check: OwnLogCheck])[] = [
  [
    'what was filled before an invalidation is invalid, what is filled after it is not',
    async (log) => {
      const filled = log.position;
      const token = await log.append(['t:a', 'k:b'], 'remove');
      expect(token).toBeGreaterThan(filled);
      expect(log.position).toBeGreaterThanOrEqual(token);
      expect(log.staleSince(filled, ['t:c', 'k:b'])).toBe(REMOVED);
      expect(log.staleSince(filled, ['t:c'])).toBe(Infinity);
      expect(log.staleSince(log.position, ['t:a', 'k:b'])).toBe(Infinity);
    },
  ],
  [
    'it is in effect before the log has it',
    async (log) => {
      const filled = log.position;
      const appended = log.append(['t:a'], 'remove');
      expect(log.staleSince(filled, ['t:a'])).toBe(REMOVED);
      expect((await log.confirm(await appended)) ?? true).toBe(true);
      expect(log.staleSince(filled, ['t:a'])).toBe(REMOVED);
    },
  ],
  [
    'what was made stale says since when, and is removed by what removes it, not the other way round',
    async (log) => {
      const filled = log.position;
      const before = systemClock.now();
      await log.append(['t:a'], 'stale');
      const since = log.staleSince(filled, ['t:a']);
      expect(since).toBeGreaterThanOrEqual(before);
      expect(since).toBeLessThanOrEqual(systemClock.now());
      await log.append(['t:a'], 'remove');
      await log.append(['t:a'], 'stale');
      expect(log.staleSince(filled, ['t:a'])).toBe(REMOVED);
    },
  ],
  [
    'everything is everything',
    async (log) => {
      const filled = log.position;
      await log.append(['*'], 'remove');
      expect(log.staleSince(filled, ['t:a'])).toBe(REMOVED);
      expect(log.staleSince(log.position, ['t:a'])).toBe(Infinity);
    },
  ],
  [
    'of many at the same time each is in effect, and known by its token',
    async (log) => {
      const filled = log.position;
      const names = Array.from({ length: 200 }, (_, at) => `t:${at}`);
      const tokens = await Promise.all(names.map((name) => log.append([name], 'remove')));
      expect((await log.confirm(Math.max(...tokens))) ?? true).toBe(true);
      for (const name of names) expect(log.staleSince(filled, [name])).toBe(REMOVED);
      expect(log.staleSince(Math.max(...tokens, log.position), names)).toBe(Infinity);
    },
  ],
  [
    'a position that it never had is good for nothing',
    async (log) => {
      await log.append(['t:a'], 'remove');
      expect(log.staleSince(log.position + 1, ['t:b'])).toBe(REMOVED);
    },
  ],
  [
    'it can be closed twice',
    async (log) => {
      await log.close();
      await log.close();
    },
  ],
];
