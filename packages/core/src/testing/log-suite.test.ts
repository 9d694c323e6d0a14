import { describe, expect, test } from 'vitest';
import type { LogTransport } from '../invalidation/transport.js';
import { logChecks } from './log-checks.js';
import { logSuite } from './log-suite.js';
import { memoryTransport } from './memory-transport.js';

const sequences = new Map<string, LogTransport>();

logSuite('in the memory of a process', (name) => {
  const sequence = sequences.get(name) ?? memoryTransport();
  sequences.set(name, sequence);
  return sequence;
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
