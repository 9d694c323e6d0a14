import { formatCacheStatus } from '../http/cache-status.js';
import type { FieldLines, StoredResponse } from '../http/message.js';
import type { MemoryTable } from '../memory/table.js';
import { isNearEnd } from './early.js';
import { ageOf } from './reply.js';
import type { Rooms } from './rooms.js';
import type { Kept } from './storage.js';

/** Where a request was answered from: requests of the same key and variant find their answer there as well. */
export interface Place {
  /** The key of the request. */
  readonly primary: string;
  /** The key of the answer: another one when the answers of this URL vary. */
  readonly key: string;
  /** The very list of request headers that selected it. */
  readonly varyNames: readonly string[];
  /** From when on `open` is to be asked, though the answer is fresh: Unix milliseconds. */
  readonly until: number;
}

/** The fields of a hit with its Age and Cache-Status, which are the same for up to a second. */
export interface Dressed {
  readonly lines: FieldLines;
  /** The fields without them: those of the stored response, not a copy. */
  readonly of: FieldLines;
  readonly freshUntil: number;
  /** From when on they are others, Unix milliseconds. */
  readonly until: number;
}

/** A stored response that is fresh, as it is to be sent at once. */
export interface Recalled {
  readonly stored: StoredResponse;
  readonly dressed: Dressed;
}

/**
 * The short way to a stored response, for a request that is known to have the key and the variant of one before: it
 * tells what `open` would answer, and counts it as a hit. `undefined`: ask `open`. Synchronous. `last`: what it
 * dressed the response of this place in before. `isSame`: it has to be that response.
 */
export type Recall = (
  place: Place,
  url: string,
  last: Dressed | undefined,
  isSame?: boolean,
) => Recalled | undefined;

export function createRecall(rooms: Rooms, memory: MemoryTable<Kept>, isClosed: () => boolean): Recall {
  const { name, clock, log, counters, events, leases } = rooms;

  function at({ primary, key, varyNames }: Place): StoredResponse | undefined {
    const first = memory.get(primary);
    // With other names it would perhaps be another variant.
    if (first?.kind === 'vary') return first.names === varyNames ? responseOf(memory.get(key)) : undefined;
    return key === primary ? responseOf(first) : undefined;
  }

  function dress({ lines, generatedAt, freshUntil }: StoredResponse, now: number): Dressed {
    const ttl = (freshUntil - now) / 1000;
    const age = ageOf(generatedAt, now);
    const status = formatCacheStatus(name, { hit: true, ttl });
    return {
      lines: [...lines, 'Age', String(age), 'Cache-Status', status],
      of: lines,
      freshUntil,
      until: Math.min(generatedAt + (age + 1) * 1000, freshUntil - Math.floor(ttl) * 1000 + 1),
    };
  }

  return (place, url, last, isSame) => {
    if (isClosed()) return undefined;
    const stored = at(place);
    const now = clock.now();
    if (stored === undefined || now >= stored.freshUntil || now >= place.until) return undefined;
    if (isSame === true && last?.of !== stored.lines) return undefined;
    if (log.staleSince(stored.position, stored.tags) !== Infinity || log.confirm() !== undefined)
      return undefined;
    if (leases !== undefined && isNearEnd(stored, now)) return undefined;
    counters.hits++;
    if (events.wants('hit')) events.emit('hit', { url, ttl: stored.freshUntil - now, collapsed: false });
    return { stored, dressed: last !== undefined && isOf(last, stored, now) ? last : dress(stored, now) };
  };
}

function isOf(dressed: Dressed, stored: StoredResponse, now: number): boolean {
  return dressed.of === stored.lines && dressed.freshUntil === stored.freshUntil && now < dressed.until;
}

function responseOf(item: Kept | undefined): StoredResponse | undefined {
  return item?.kind === 'response' ? item.response : undefined;
}
