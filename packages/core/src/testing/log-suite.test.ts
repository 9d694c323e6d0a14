import { describe, expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import { type InvalidationLog, REMOVED } from '../invalidation/log.js';
import { createProcessLog } from '../invalidation/process-log.js';
import type { LogTransport } from '../invalidation/transport.js';
import { logChecks } from './log-checks.js';
import { logSuite } from './log-suite.js';
import { memoryTransport } from './memory-transport.js';
import { ownLogChecks } from './own-log-checks.js';

const sequences = new Map<string, LogTransport>();

logSuite('in the memory of a process', (name) => {
  const sequence = sequences.get(name) ?? memoryTransport();
  sequences.set(name, sequence);
  return sequence;
});

// What it has no part in: records of others, and a server.
describe('the log of a process that has it alone', () => {
  // oxlint-disable-next-line vitest/expect-expect -- the checks do that.
  test.each(ownLogChecks)('%s', (_, check) => check(createProcessLog({ clock: systemClock })));
});

type Spoil = (log: LogTransport) => Partial<LogTransport>;

/** Transports that are wrong, and the check that finds each. */
const WRONG: readonly (readonly [wrong: string, check: string, spoil: Spoil])[] = [
  [
    'forgets the mode',
    'gives back names and modes',
    (log) => ({ append: ({ names }, ...rest) => log.append({ names, mode: 'remove' }, ...rest) }),
  ],
  [
    'keeps names as UTF-8',
    'gives back names and modes',
    (log) => ({
      append: ({ names, mode }, ...rest) =>
        log.append({ mode, names: names.map((name) => Buffer.from(name).toString()) }, ...rest),
    }),
  ],
  [
    'does not look at what is known',
    'gives an id above',
    (log) => ({ append: (record, _known, durability) => log.append(record, 0, durability) }),
  ],
  [
    'ignores the limit',
    'in pages without a gap',
    (log) => ({ read: (after, _limit, waitMs) => log.read(after, 1000, waitMs) }),
  ],
  [
    'includes the position itself',
    'in pages without a gap',
    (log) => ({ read: (after, ...rest) => log.read(Math.max(0, after - 1), ...rest) }),
  ],
  [
    'does not wait',
    'waits for something new',
    (log) => ({ read: (after, limit) => log.read(after, limit, 0) }),
  ],
  [
    'reads one after the other',
    'answers one who does not wait',
    (log) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        read: (...args) => {
          const next = last.then(() => log.read(...args));
          last = next;
          return next;
        },
      };
    },
  ],
  [
    'says nothing of replicas',
    'whether a replica',
    (log) => ({ append: (record, known) => log.append(record, known, 'primary') }),
  ],
];

describe('the suite finds a transport that', () => {
  test.each(WRONG)('%s', async (_wrong, title, spoil) => {
    const [, check] = logChecks.find(([name]) => name.includes(title))!;
    const log = memoryTransport();
    await expect(check(async () => ({ ...log, ...spoil(log) }))).rejects.toThrow(/./);
  });
});

/** Logs of a process that are wrong, and the check that finds each. */
const WRONG_ALONE: readonly (readonly [wrong: string, check: string, spoil: SpoilLog])[] = [
  ['forgets', 'filled before', () => ({ staleSince: () => Infinity })],
  ['invalidates too much', 'filled before', () => ({ staleSince: () => REMOVED })],
  [
    'is late',
    'before the log has it',
    (log) => ({ append: async (...args) => (await Promise.resolve(), log.append(...args)) }),
  ],
  ['takes stale for removed', 'since when', (log) => ({ append: (names) => log.append(names, 'remove') })],
  [
    'believes any position',
    'never had',
    (log) => ({ staleSince: (at, names) => log.staleSince(Math.min(at, log.position), names) }),
  ],
];

type SpoilLog = (log: InvalidationLog) => Partial<InvalidationLog>;

describe('the suite finds a log that', () => {
  test.each(WRONG_ALONE)('%s', async (_wrong, title, spoil) => {
    const [, check] = ownLogChecks.find(([name]) => name.includes(title))!;
    const log = createProcessLog({ clock: systemClock });
    const wrong = new Proxy(log, {
      get: (target, name) => Reflect.get({ ...spoil(log) }, name) ?? Reflect.get(target, name),
    });
    await expect(check(wrong)).rejects.toThrow(/./);
  });
});
