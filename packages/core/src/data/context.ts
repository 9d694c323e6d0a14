import { type ControlState, createControl } from '../exchange/control.js';
import type { Duration } from '../rule/rule.js';
import type { KeptValue } from './values.js';

/** What a load may ask of the cache, and tell it about its value. */
export interface LoadContext {
  /** Adds tags. @throws ShelflifeError `ERR_TARGET`. */
  tag(...tags: readonly string[]): void;
  /** How long the value is fresh; wins over the option. @throws ShelflifeError `ERR_OPTION`. */
  ttl(duration: Duration): void;
  /** Do not store the value. */
  skip(): void;
  /**
   * A copy of the value that was stored before and is no longer fresh, as long as `swr` or `staleIfError` keep it: to
   * ask the source whether it has changed, and return it again if not.
   */
  readonly stale: unknown;
  /** Whether one of the values that were looked up since the load began is `private`. */
  readonly isPrivate: boolean;
  /** Aborted when nobody waits for the value any more: after `timeout.hard`. */
  readonly signal: AbortSignal;
}

/** Makes the object a load speaks to, and what it has said. */
export function createLoadContext(
  found: KeptValue | undefined,
  signal: AbortSignal,
): { readonly context: LoadContext; readonly state: ControlState } {
  const { control, state } = createControl('miss');
  const context: LoadContext = {
    tag: (...tags) => control.tag(...tags),
    ttl: (duration) => control.ttl(duration),
    skip: () => control.skip(),
    get stale() {
      return found?.copy();
    },
    get isPrivate() {
      return state.uses.isPrivate;
    },
    signal,
  };
  return { context, state };
}
