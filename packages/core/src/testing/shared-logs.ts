import type { InvalidationLog } from '../invalidation/log.js';
import { createSharedLog, type SharedLogOptions } from '../invalidation/shared-log.js';
import type { LogTransport } from '../invalidation/transport.js';
import { type FakeClock, fakeClock } from './fake-clock.js';
import { type MemoryTransport, memoryTransport } from './memory-transport.js';
import { pass } from './step.js';

/** Processes at one log, in a time that stands still. */
export interface SharedLogs {
  readonly clock: FakeClock;
  readonly sequence: MemoryTransport;
  readonly changes: string[];
  readonly applied: number[];
  /** Another process at the same sequence. `spoil`: what its transport does instead. */
  readonly start: (
    spoil?: Partial<LogTransport>,
    options?: Partial<SharedLogOptions>,
  ) => Promise<InvalidationLog>;
}

/** Starts none yet. */
export function sharedLogs(): SharedLogs {
  const clock = fakeClock();
  const sequence = memoryTransport(clock);
  const changes: string[] = [];
  const applied: number[] = [];
  return {
    clock,
    sequence,
    changes,
    applied,
    async start(spoil = {}, options = {}) {
      // A getter is not copied by a spread; what is spoiled later counts as well.
      const transport: LogTransport = {
        id: 'memory',
        append: (...args) => spoil.append?.(...args) ?? sequence.append(...args),
        read: (...args) => spoil.read?.(...args) ?? sequence.read(...args),
        close: () => sequence.close(),
      };
      const log = createSharedLog({
        transport,
        clock,
        maxStaleness: 5000,
        random: () => 0.5,
        changed: (change) => changes.push(change),
        applied: (_names, _mode, position) => applied.push(position),
        ...options,
      });
      await pass(clock, 20);
      return log;
    },
  };
}
