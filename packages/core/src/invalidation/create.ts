import type { Clock } from '../clock.js';
import type { Emitter } from '../events.js';
import type { InvalidationLog } from './log.js';
import type { ResolvedInvalidation } from './options.js';
import { type Applied, createProcessLog } from './process-log.js';
import { createSharedLog } from './shared-log.js';

/** Makes the log of a cache: that of all processes when there is a transport, else one of its own. What happens to it becomes an event. */
export function createLog(options: ResolvedInvalidation, clock: Clock, events: Emitter): InvalidationLog {
  const { transport } = options;
  const applied: Applied = (names, mode, position) => events.emit('invalidated', { names, mode, position });
  if (transport === undefined) return createProcessLog({ clock, applied });
  return createSharedLog({
    ...options,
    transport,
    clock,
    applied,
    changed: (state, error) =>
      events.emit('log-changed', { state, ...(error === undefined ? {} : { error }) }),
  });
}
