import type { Clock } from '../clock.js';
import { type InvalidationLog, REMOVED } from '../invalidation/log.js';
import type { MemoryTable } from '../memory/table.js';
import type { StoredItem } from '../store/frame.js';
import type { StoredValue } from '../store/stored-value.js';
import type { StoreTier } from '../store/tier.js';
import { copyOf, frozen, valueOf, weightOf } from './copies.js';
import type { Sealer } from './seal.js';
import { keptUntil, type Standing, standingOf } from './windows.js';

/** A value as it lies in the memory tier. */
export interface KeptValue {
  readonly kind: 'value';
  readonly stored: Omit<StoredValue, 'bytes'>;
  /** This process made it, so that its times are of this process's clock. */
  readonly isOwn: boolean;
  /** Bytes in the memory tier. */
  readonly size: number;
  /** A copy of the value, for one caller. */
  readonly copy: () => unknown;
  /** The value that all callers share, frozen. */
  readonly shared: () => unknown;
}

/** What the tiers have for a key. */
export interface Looked {
  readonly found: KeptValue | undefined;
  /** What it is good for; `gone` when nothing was found. */
  readonly standing: Standing;
  /** Set when the log cannot be asked: loads that began before this moment are too old to be waited for. */
  readonly since?: number | undefined;
}

/** Where values are kept: the memory tier and, behind it, a store. */
export interface Values {
  /** What the tiers have, at once when memory is enough. `confirmed`: see `InvalidationLog.confirm`. */
  find(key: string, confirmed: Promise<boolean> | undefined): Looked | Promise<Looked>;
  /** What memory has, if it is fresh. */
  fresh(key: string): KeptValue | undefined;
  standing(value: KeptValue): Standing;
  /** When its freshness ends, or was ended by an invalidation. */
  freshUntil(value: KeptValue): number;
  /** Keeps what this process has made, unless something newer is there. */
  keep(key: string, value: StoredValue): KeptValue;
  /** Takes in what another process has stored. `undefined`: it is not fresh, or no news to who has `found`. */
  takeIn(key: string, item: StoredItem | undefined, found: KeptValue | undefined): KeptValue | undefined;
  /** Forgets what lies under a key. */
  drop(key: string): void;
}

/** Keeps values in the memory tier, beside the responses, and in the store, if there is one. */
export function createValues(rooms: {
  readonly clock: Clock;
  readonly log: InvalidationLog;
  readonly memory: MemoryTable<KeptValue>;
  readonly tier: StoreTier | undefined;
  readonly sealer: Sealer;
}): Values {
  const { clock, log, memory, tier, sealer } = rooms;

  function standing({ stored }: KeptValue): Standing {
    return standingOf(stored, log.staleSince(stored.position, stored.names), clock.now());
  }

  function inMemory(key: string): KeptValue | undefined {
    const item = memory.get(key);
    if (item === undefined || standing(item) !== 'gone') return item;
    memory.delete(key);
    return undefined;
  }

  async function inStore(key: string, store: StoreTier): Promise<KeptValue | undefined> {
    return opened(key, await store.get(key));
  }

  function opened(key: string, item: StoredItem | undefined): KeptValue | undefined {
    const value = item?.kind === 'value' ? sealer.open(key, item.value) : undefined;
    return value && keptOf(value, false);
  }

  /** Of what this process has and what lay in the store, the better one. */
  function better(key: string, theirs: KeptValue | undefined): KeptValue | undefined {
    // While the store was asked, a load may have ended.
    const ours = inMemory(key);
    if (theirs === undefined || standing(theirs) === 'gone') return ours;
    if (ours !== undefined && ours.stored.freshUntil >= theirs.stored.freshUntil) return ours;
    remember(key, theirs);
    return theirs;
  }

  function remember(key: string, item: KeptValue): void {
    memory.set(key, item, item.size, keptUntil(item.stored));
  }

  function looked(found: KeptValue | undefined): Looked {
    return { found, standing: found === undefined ? 'gone' : standing(found) };
  }

  async function findConfirmed(
    key: string,
    theirs: Promise<KeptValue | undefined> | undefined,
    confirmed: Promise<boolean>,
  ): Promise<Looked> {
    if (await confirmed) return looked(better(key, await theirs));
    // Without the word of the log, only what this process began to make a moment ago cannot be too old.
    const since = clock.now() - log.maxStaleness;
    const ours = inMemory(key);
    return { ...looked(ours?.isOwn === true && ours.stored.startedAt >= since ? ours : undefined), since };
  }

  return {
    fresh(key) {
      const item = memory.get(key);
      return item !== undefined && standing(item) === 'fresh' ? item : undefined;
    },
    standing,
    freshUntil: ({ stored }) => Math.min(stored.freshUntil, log.staleSince(stored.position, stored.names)),
    find(key, confirmed) {
      const early = looked(inMemory(key));
      const isEnough = tier === undefined || early.standing === 'fresh' || early.standing === 'stale';
      if (isEnough && confirmed === undefined) return early;
      const theirs = isEnough ? undefined : inStore(key, tier);
      return confirmed === undefined
        ? theirs!.then((item) => looked(better(key, item)))
        : findConfirmed(key, theirs, confirmed);
    },
    keep(key, value) {
      const item = keptOf(value, true)!;
      const isInvalid = log.staleSince(value.position, value.names) === REMOVED;
      if (isInvalid || keptUntil(value) <= clock.now()) return item;
      const present = memory.peek(key);
      if (present !== undefined && isNewer(present, value, log)) return item;
      remember(key, item);
      tier?.set(key, { kind: 'value', value: sealer.seal(key, value) }, keptUntil(value) - clock.now());
      return item;
    },
    takeIn(key, item, found) {
      const theirs = opened(key, item);
      if (theirs === undefined || standing(theirs) !== 'fresh') return undefined;
      if (found !== undefined && theirs.stored.freshUntil <= found.stored.freshUntil) return undefined;
      remember(key, theirs);
      return theirs;
    },
    drop(key) {
      memory.delete(key);
      tier?.delete(key);
    },
  };
}

/** Makes ready for reading. `undefined`: the bytes hold no value. */
function keptOf({ bytes, ...stored }: StoredValue, isOwn: boolean): KeptValue | undefined {
  let value: unknown;
  try {
    value = valueOf(bytes);
  } catch {
    return undefined;
  }
  const weight = weightOf(value);
  const names = stored.names.reduce((sum, name) => sum + name.length, 0);
  const size = OVERHEAD + names + (weight ?? bytes.byteLength);
  return { kind: 'value', stored, isOwn, size, ...(weight === undefined ? inBytes(bytes) : asTree(value)) };
}

// Two functions, so that a value which is kept as it is does not keep its bytes as well.
function asTree(value: unknown): Pick<KeptValue, 'copy' | 'shared'> {
  let isFrozen = false;
  return {
    copy: () => copyOf(value),
    shared() {
      if (!isFrozen) frozen(value);
      isFrozen = true;
      return value;
    },
  };
}

function inBytes(bytes: Uint8Array): Pick<KeptValue, 'copy' | 'shared'> {
  let shared: { readonly value: unknown } | undefined;
  return {
    copy: () => valueOf(bytes),
    shared: () => (shared ??= { value: frozen(valueOf(bytes)) }).value,
  };
}

// Bytes of the objects around a value, besides those of any entry: estimated from their fields.
const OVERHEAD = 850;

// Of two values for one key the one whose load began later wins, whichever arrives first.
function isNewer({ stored }: KeptValue, value: StoredValue, log: InvalidationLog): boolean {
  const { position, startedAt, names } = stored;
  // The order of invalidations is finer than the clock, and it is the one that counts.
  const isLater = position === value.position ? startedAt > value.startedAt : position > value.position;
  return isLater && log.staleSince(position, names) !== REMOVED;
}
