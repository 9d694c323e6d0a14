import type { RequestView } from '../../http/message.js';
import type { InvalidationLog } from '../../invalidation/log.js';
import type { Variant } from './engines.js';

/** A log that asks another one, but for some answers. */
export function asking(log: InvalidationLog, change: Partial<InvalidationLog>): InvalidationLog {
  return {
    id: log.id,
    get position() {
      return log.position;
    },
    maxStaleness: log.maxStaleness,
    append: (...args) => log.append(...args),
    staleSince: (...args) => log.staleSince(...args),
    confirm: (token) => log.confirm(token),
    get health() {
      return log.health;
    },
    close: () => log.close(),
    ...change,
  };
}

const NOT_YET = Infinity;

/**
 * Notes the position of an answer when it is stored: the bug that most caches have (consistency.md, C01). `isLate`: of
 * which requests.
 */
export function stampsLate(isLate: (view: RequestView) => boolean): Variant {
  let late = false;
  return {
    opening: (view) => void (late = isLate(view)),
    logOf: (room, log) =>
      room === 'open'
        ? asking(log, { staleSince: (at, names) => (at === NOT_YET ? Infinity : log.staleSince(at, names)) })
        : log,
    rooms: (rooms) => ({
      ...rooms,
      flights: {
        ...rooms.flights,
        lead(key, names) {
          const flight = rooms.flights.lead(key, names);
          return flight && late ? { position: NOT_YET, land: (landing) => flight.land(landing) } : flight;
        },
      },
      storage: {
        ...rooms.storage,
        keep: (key, response, ...rest) =>
          rooms.storage.keep(
            key,
            response.position === NOT_YET ? { ...response, position: rooms.log.position } : response,
            ...rest,
          ),
      },
    }),
  };
}
