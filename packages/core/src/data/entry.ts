import { ShelflifeError } from '../errors.js';
import type { ControlState } from '../exchange/control.js';
import { MAX_USED_NAMES } from '../exchange/scope.js';
import { tagName } from '../invalidation/tags.js';
import { MAX_TAGS } from '../key/tag.js';
import type { StoredValue } from '../store/stored-value.js';
import { bytesOf } from './copies.js';
import type { Id } from './key.js';
import type { ResolvedDataRule } from './rule.js';

/** When a load began. */
export type Born = Pick<StoredValue, 'position' | 'startedAt'>;

/** A value that was just made, and what is known of it. */
export interface Made {
  readonly id: Id;
  readonly value: unknown;
  readonly rule: ResolvedDataRule;
  /** What the load said of it and looked up. */
  readonly said: ControlState;
  readonly born: Born;
  /** Names with all that they depend on. */
  readonly above: (names: readonly string[]) => readonly string[];
}

/**
 * What is stored of a value. `undefined`: nothing, because the load or the value does not want it. `chance`: 0 to 1.
 * @throws ShelflifeError `ERR_OPTION` when nobody says how long it is fresh, `ERR_TARGET` for too many tags.
 */
export function entryOf(made: Made, now: number, chance: number): StoredValue | undefined {
  const { value, rule, said, born } = made;
  const { uses } = said;
  const isNothing = value === undefined || value === null;
  const negativeTtl = isNothing ? rule.negativeTtl : undefined;
  if (said.skipped || (value === undefined && negativeTtl === undefined)) return undefined;
  const bytes = bytesOf(value);
  if (bytes === undefined) return undefined;
  const names = namesOf(made);
  if (names.length > MAX_USED_NAMES) return undefined;
  const ttl = said.ttl ?? negativeTtl ?? rule.ttl;
  if (ttl === undefined) throw noLifetime();
  const freshUntil = Math.max(now, Math.min(now + Math.round(ttl * (1 - rule.jitter * chance)), uses.until));
  // Whoever writes negativeTtl: '10s' means 10 seconds, whatever `swr` is for what there is.
  const [swr, staleIfError] = negativeTtl === undefined ? [rule.swr, rule.staleIfError] : [0, 0];
  return {
    bytes,
    names,
    ...born,
    madeAt: now,
    freshUntil,
    staleUntil: freshUntil + swr,
    errorUntil: freshUntil + staleIfError,
    isPrivate: rule.isPrivate || uses.isPrivate,
  };
}

/**
 * What invalidates a value that was just made.
 * @throws ShelflifeError `ERR_TARGET` for too many tags.
 */
export function namesOf({ rule, said, above, id }: Made): readonly string[] {
  const tags = new Set([...rule.tags, ...said.tags]);
  if (tags.size > MAX_TAGS)
    throw new ShelflifeError(
      'ERR_TARGET',
      `a value may have ${MAX_TAGS} tags, this one has ${tags.size}. Tag the collection in place of its members.`,
    );
  return above([...new Set([id.name, ...[...tags].map(tagName), ...said.uses.names])]);
}

function noLifetime(): ShelflifeError {
  return new ShelflifeError(
    'ERR_OPTION',
    `options.ttl: nobody says how long the value is fresh. Give { ttl: '5m' }, or defaults: { ttl: '5m' } to createCache().`,
  );
}
