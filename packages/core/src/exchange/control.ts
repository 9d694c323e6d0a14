import { tagProblem } from '../key/tag.js';
import { ShelflifeError } from '../errors.js';
import { parseDuration } from '../rule/duration.js';
import { noUses, type Uses } from './scope.js';
import type { ResponseControl } from './types.js';

/** What the handler said so far. */
export interface ControlState {
  readonly tags: Set<string>;
  ttl: number | undefined;
  skipped: boolean;
  /** What it has looked up in the data cache. */
  readonly uses: Uses;
}

/** Makes the object a handler speaks to, and the state the capture reads. */
export function createControl(status: string): {
  readonly control: ResponseControl;
  readonly state: ControlState;
} {
  const state: ControlState = { tags: new Set(), ttl: undefined, skipped: false, uses: noUses() };
  const control: ResponseControl = {
    status,
    tag(...tags) {
      for (const tag of tags) {
        const problem = tagProblem(tag);
        if (problem !== undefined) throw new ShelflifeError('ERR_TARGET', `cache.tag(): ${problem}`);
        state.tags.add(tag);
      }
    },
    ttl(duration) {
      state.ttl = parseDuration('cache.ttl()', duration);
    },
    skip() {
      state.skipped = true;
    },
  };
  return { control, state };
}
