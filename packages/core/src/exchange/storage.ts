import type { Clock } from '../clock.js';
import type { Headers, StoredResponse } from '../http/message.js';
import { variantOf } from '../http/vary.js';
import { type InvalidationLog, REMOVED } from '../invalidation/log.js';
import { encodeParts } from '../key/encode.js';
import { boundedKey } from '../key/key.js';
import type { MemoryTable } from '../memory/table.js';
import type { StoredItem } from '../store/frame.js';
import type { StoreTier } from '../store/tier.js';
import { chargeOf } from './charge.js';
import { keptUntil, type Standing, standingOf } from './standing.js';

/** What lies under a key of the memory tier: a response, or the primary record of a URL whose answers vary. */
export type Kept =
  | { readonly kind: 'response'; readonly response: StoredResponse; readonly isOwn?: boolean }
  | { readonly kind: 'vary'; readonly names: readonly string[]; readonly variants: readonly string[] };

/** What the tiers have for a key and this request's headers. */
export interface Found {
  /** Where an answer to this request is, or would be: the primary key, or that of the selected variant. */
  readonly key: string;
  /** A stored response that is good for something, or `undefined`. */
  readonly stored: StoredResponse | undefined;
  /** A handler of this process made it, so that its times are of this process's clock. */
  readonly isOwn?: boolean;
  readonly standing: Standing;
  /** Request headers that select a variant of this URL, as far as known (RFC 9111 section 4.1). */
  readonly varyNames: readonly string[];
}

/** What a request can be answered with. */
export type FoundStored = Found & { readonly stored: StoredResponse };

/** Where responses are kept: the memory tier and, behind it, a store. */
export interface Storage {
  /** At once when the memory tier has it or is all there is. What comes from the store is judged after `confirmed`. */
  find(primary: string, request: Headers, confirmed?: Promise<boolean>): Found | Promise<Found>;
  /** What the memory tier has, without counting as a use. */
  peek(primary: string, request: Headers): Found;
  /** Stores an answer to a request with these headers; returns the key it lies under. */
  keep(primary: string, response: StoredResponse, request: Headers, varyNames: readonly string[]): string;
  /**
   * Takes in what another process stored under the key of `found` meanwhile. `undefined`: this request cannot be
   * answered with it.
   */
  takeIn(
    primary: string,
    found: Found,
    request: Headers,
    item: StoredItem | undefined,
  ): Promise<FoundStored | undefined>;
  /** Forgets what lies under a key: it was found to be of no more use. */
  drop(key: string): void;
  /** The key of the variant that these headers select, or `primary` when nothing is known to vary. */
  keyFor(primary: string, request: Headers): string;
  /** Whether the memory tier holds this very body under this key. */
  holds(key: string, response: StoredResponse): boolean;
  /** Charges the memory tier with the codings of a response it holds; calls `forget` when there is no room for them. */
  recharge(key: string, response: StoredResponse, forget: () => void): void;
}

/** More variants of one URL than this push the oldest out. */
const MAX_VARIANTS = 32;

/** `tier` is the store behind its guard, if there is one. */
export function createStorage(rooms: {
  readonly clock: Clock;
  readonly log: InvalidationLog;
  readonly memory: MemoryTable<Kept>;
  readonly tier: StoreTier | undefined;
  /** Bytes of the codings that were made of a body. Default: none. */
  readonly codedSize?: (body: Uint8Array) => number;
}): Storage {
  const { clock, log, memory, tier, codedSize = () => 0 } = rooms;

  function judge(key: string, item: Kept | StoredItem | undefined, varyNames: readonly string[]): Found {
    if (item?.kind !== 'response') return { key, stored: undefined, standing: 'gone', varyNames };
    const stored = item.response;
    const standing = standingOf(stored, log.staleSince(stored.position, stored.tags), clock.now());
    const isOwn = 'isOwn' in item && (item.isOwn ?? false);
    return { key, stored: standing === 'gone' ? undefined : stored, isOwn, standing, varyNames };
  }

  function findInMemory(primary: string, request: Headers): Found {
    const item = memory.get(primary);
    const names = namesOf(item);
    const key = variantKey(primary, names, request);
    const found = judge(key, key === primary ? item : memory.get(key), names);
    if (found.standing === 'gone') memory.delete(key);
    return found;
  }

  async function findInStore(
    primary: string,
    request: Headers,
    store: StoreTier,
    confirmed?: Promise<boolean>,
  ): Promise<Found> {
    const record = memory.peek(primary) ?? (await store.get(primary));
    const names = namesOf(record);
    const key = variantKey(primary, names, request);
    const item = key === primary ? record : await store.get(key);
    await confirmed;
    // While the store was asked, the answer to another request may have come.
    const meanwhile = findInMemory(primary, request);
    if (isUsable(meanwhile)) return meanwhile;
    if (record?.kind === 'vary') rememberNames(primary, union(namesOf(memory.peek(primary)), names));
    const found = judge(key, item, names);
    if (meanwhile.stored !== undefined && isAsGood(meanwhile.stored, found.stored)) return meanwhile;
    if (found.stored !== undefined) remember(key, { kind: 'response', response: found.stored });
    return found;
  }

  function remember(key: string, item: Kept): void {
    memory.set(key, item, sizeOf(item), deadlineOf(item));
  }

  function sizeOf(item: Kept): number {
    return chargeOf(item) + (item.kind === 'response' ? codedSize(item.response.body) : 0);
  }

  function holds(key: string, response: StoredResponse): boolean {
    const item = memory.peek(key);
    return item?.kind === 'response' && item.response.body === response.body;
  }

  function rememberNames(primary: string, names: readonly string[], variant?: string): void {
    const known = memory.peek(primary);
    const alive =
      known?.kind === 'vary' ? known.variants.filter((key) => memory.peek(key) !== undefined) : [];
    const variants = variant === undefined ? alive : [...alive.filter((key) => key !== variant), variant];
    for (const oldest of variants.splice(0, variants.length - MAX_VARIANTS)) memory.delete(oldest);
    remember(primary, { kind: 'vary', names, variants });
  }

  function find(primary: string, request: Headers, confirmed?: Promise<boolean>): Found | Promise<Found> {
    const found = findInMemory(primary, request);
    return isUsable(found) || tier === undefined ? found : findInStore(primary, request, tier, confirmed);
  }

  return {
    find,
    peek(primary, request) {
      const item = memory.peek(primary);
      const names = namesOf(item);
      const key = variantKey(primary, names, request);
      return judge(key, key === primary ? item : memory.peek(key), names);
    },
    keep(primary, response, request, varyNames) {
      const names = union(namesOf(memory.peek(primary)), varyNames);
      const key = variantKey(primary, names, request);
      if (isNewer(memory.peek(key), response, log)) return key;
      const ttl = keptUntil(response) - clock.now();
      remember(key, { kind: 'response', response, isOwn: true });
      // What is in a store and sets a cookie was put there by somebody else (see `replayable.ts`).
      if (response.headers['set-cookie'] === undefined) tier?.set(key, { kind: 'response', response }, ttl);
      else tier?.delete(key);
      if (key !== primary) {
        rememberNames(primary, names, key);
        tier?.set(primary, { kind: 'vary', names }, ttl);
      }
      return key;
    },
    async takeIn(primary, { key, stored, varyNames }, request, item) {
      if (item?.kind === 'vary') {
        rememberNames(primary, union(namesOf(memory.peek(primary)), item.names));
        const found = await find(primary, request);
        return isUsable(found) ? withStored(found) : undefined;
      }
      const found = judge(key, item, varyNames);
      // What this process has already is no news.
      const isNews = found.standing === 'fresh' && !(stored && isAsGood(stored, found.stored));
      const answer = isNews ? withStored(found) : undefined;
      if (answer !== undefined) remember(key, { kind: 'response', response: answer.stored });
      return answer;
    },
    drop(key) {
      memory.delete(key);
      tier?.delete(key);
    },
    holds,
    recharge(key, response, forget) {
      if (!holds(key, response)) return;
      const item = memory.peek(key)!;
      if (memory.set(key, item, sizeOf(item), deadlineOf(item))) return;
      forget();
      remember(key, item);
    },
    keyFor: (primary, request) => variantKey(primary, namesOf(memory.peek(primary)), request),
  };
}

function withStored(found: Found): FoundStored | undefined {
  const { stored } = found;
  return stored && { ...found, stored };
}

/** Otherwise the handler is about to be asked: then another process may have stored what is better. */
function isUsable({ standing }: Found): boolean {
  return standing === 'fresh' || standing === 'stale';
}

function isAsGood(stored: StoredResponse, other: StoredResponse | undefined): boolean {
  return other === undefined || stored.freshUntil >= other.freshUntil;
}

function namesOf(item: Kept | StoredItem | undefined): readonly string[] {
  return item?.kind === 'vary' ? item.names : [];
}

function variantKey(primary: string, names: readonly string[], request: Headers): string {
  return names.length === 0 ? primary : boundedKey(encodeParts([primary, variantOf(names, request)]));
}

function union(known: readonly string[], more: readonly string[]): readonly string[] {
  return more.every((name) => known.includes(name)) ? known : [...new Set([...known, ...more])].toSorted();
}

// What a URL varies by is worth knowing without an answer too.
function deadlineOf(item: Kept): number {
  return item.kind === 'response' ? keptUntil(item.response) : Infinity;
}

// Of two answers for one key the one whose handler was asked later wins, whichever arrives first.
function isNewer(present: Kept | undefined, response: StoredResponse, log: InvalidationLog): boolean {
  if (present?.kind !== 'response') return false;
  const { position, requestedAt, tags } = present.response;
  // The order of invalidations is finer than the clock, and it is the one that counts.
  const isLater =
    position === response.position ? requestedAt > response.requestedAt : position > response.position;
  return isLater && log.staleSince(position, tags) !== REMOVED;
}
