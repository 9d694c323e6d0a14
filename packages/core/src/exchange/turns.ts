import type { Forward } from '../http/cache-status.js';
import type { RequestView, StoredResponse } from '../http/message.js';
import type { KeyPlan } from '../key/key.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Flight } from './flights.js';
import { leased, type Leases } from './leases.js';
import type { Rooms } from './rooms.js';
import type { Found } from './storage.js';
import type { Outcome } from './types.js';

/** What the path of a request does when it is this process's turn, or when it is not. */
export interface Steps<E> {
  fill(exchange: E, found: Found, fwd: Forward, flight: Flight): Outcome;
  hit(exchange: E, key: string, stored: StoredResponse): Outcome | Promise<Outcome>;
}

/** The part of the path where several processes take turns; only with a store that has leases. */
export interface Turns<E> {
  /** One process at a time asks the handler; the others wait for its answer, or serve what they have. */
  take(exchange: E, found: Found, fwd: Forward, flight: Flight): Promise<Outcome>;
}

interface Exchange {
  readonly view: RequestView;
  readonly rule: ResolvedRule;
  readonly plan: KeyPlan;
}

export function createTurns<E extends Exchange>(rooms: Rooms, leases: Leases, steps: Steps<E>): Turns<E> {
  const { log, refresher } = rooms;
  return {
    async take(exchange, found, fwd, flight) {
      const { view, rule, plan } = exchange;
      const { key, stored, standing } = found;
      const hasAnswer = stored !== undefined && (standing === 'fresh' || standing === 'stale');
      const turn = await leases.turn(plan.key, found, view.headers, hasAnswer ? 0 : rule.waitLimit);
      if (turn.how === 'stored') {
        const { found: theirs } = turn;
        flight.land({ how: 'stored', key: theirs.key, stored: theirs.stored });
        refresher.resume(key);
        return steps.hit(exchange, theirs.key, theirs.stored);
      }
      if (turn.how === 'held' && hasAnswer) {
        flight.land({ how: 'abandoned' });
        refresher.yield(key);
        return steps.hit(exchange, key, stored);
      }
      const own = turn.how === 'ours' ? leased(flight, log.position, turn.release) : flight;
      return steps.fill(exchange, found, fwd, own);
    },
  };
}
