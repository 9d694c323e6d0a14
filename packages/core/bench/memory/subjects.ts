import { CacheableMemory } from 'cacheable';
import { LRUCache } from 'lru-cache';
import NodeCache from 'node-cache';
import { systemClock } from '../../src/clock.js';
import { createResponseCodec } from '../../src/exchange/packing.js';
import { chargeOf } from '../../src/exchange/charge.js';
import type { Kept } from '../../src/exchange/storage.js';
import { headersOf, linesOf } from '../../src/http/fields.js';
import { POLICIES, type PolicyName } from '../../src/memory/policies.js';
import { createMemoryTable } from '../../src/memory/table.js';
import type { Codec } from '../../src/memory/values.js';

/** A cache under measurement. */
export interface Subject {
  get(key: string): unknown;
  set(key: string, value: unknown, size: number): void;
  clear(): void;
  /** Bytes in use by its own account, if it has one. */
  bytes(): number;
}

/** Makes a cache that may hold so many bytes and so many entries. */
export type MakeSubject = (maxSize: number, maxEntries: number) => Subject;

// All entries expire, at different times: ten minutes and what the number of bytes adds.
const TTL_MS = 600_000;

const ours =
  (name: PolicyName, codec?: Codec<unknown>): MakeSubject =>
  (maxSize, maxEntries) => {
    const table = createMemoryTable<unknown>({
      maxSize,
      maxEntries,
      policy: POLICIES[name],
      clock: systemClock,
      ...(codec && { codec }),
    });
    return {
      get: (key) => table.get(key),
      set: (key, value, size) => void table.set(key, value, size, systemClock.now() + TTL_MS),
      clear: () => table.clear(),
      bytes: () => table.size,
    };
  };

const lruCache: MakeSubject = (maxSize, max) => {
  const cache = new LRUCache<string, object>({ maxSize, max, ttl: TTL_MS });
  return {
    get: (key) => cache.get(key),
    set: (key, value, size) => void cache.set(key, value as object, { size: size + 1 }),
    clear: () => cache.clear(),
    bytes: () => cache.calculatedSize,
  };
};

/** A `Map`: what any of them has to pay for at least. It evicts in order of arrival. */
const map: MakeSubject = (_maxSize, maxEntries) => {
  const entries = new Map<string, unknown>();
  const queue: string[] = [];
  let arrived = 0;
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      if (!entries.has(key)) {
        const place = arrived++ % maxEntries;
        if (entries.size === maxEntries) entries.delete(queue[place]!);
        queue[place] = key;
      }
      entries.set(key, value);
    },
    clear: () => entries.clear(),
    bytes: () => 0,
  };
};

const cacheable: MakeSubject = (_maxSize, maxEntries) => {
  const cache = new CacheableMemory({ ttl: TTL_MS, useClone: false, lruSize: maxEntries });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    clear: () => cache.clear(),
    bytes: () => 0,
  };
};

/** It evicts nothing: a key that is one too many throws. So it is left without a bound. */
const nodeCache: MakeSubject = () => {
  const cache = new NodeCache({ stdTTL: TTL_MS / 1000, useClones: false, checkperiod: 0 });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => void cache.set(key, value),
    clear: () => cache.flushAll(),
    bytes: () => 0,
  };
};

/** What the caches hold: the memory tier of a cache keeps stored responses, as a process serves them. */
export const RESPONSES = 'responses';

export const SUBJECTS: Readonly<Record<string, MakeSubject>> = {
  map,
  'lru-cache': lruCache,
  cacheable,
  'node-cache': nodeCache,
  [RESPONSES]: ours(
    'gdsf',
    createResponseCodec(() => false),
  ),
  ...Object.fromEntries((Object.keys(POLICIES) as PolicyName[]).map((name) => [name, ours(name)])),
};

/** What is put into a cache: a stored response with this body for {@link RESPONSES}, the body alone for the others. */
export function valueFor(subject: string, body: Uint8Array, at: number): unknown {
  return subject === RESPONSES ? keptResponse(body, at) : body;
}

/** Bytes that are asked for: what the memory tier is charged with by its cache. */
export function chargeFor(subject: string, value: unknown, body: Uint8Array): number {
  return subject === RESPONSES ? chargeOf(value as Kept) : body.byteLength;
}

function keptResponse(body: Uint8Array, at: number): Kept {
  const lines = linesOf({
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(body.byteLength),
    ETag: `W/"${at.toString(16)}-9tMvXyhVn1cuNQbnCbTQf0LXwUg"`,
    'Cache-Control': 'public, max-age=60',
    Date: new Date(1_780_000_000_000 + 1000 * at).toUTCString(),
    Vary: 'Accept-Encoding',
  });
  const now = 1_780_000_000_000 + at;
  const tags = [`p:/products/${at}`, `u:shop.example/products/${at}`, `t:product:${at}`, 't:products'];
  return {
    kind: 'response',
    isOwn: true,
    response: {
      status: 200,
      lines,
      headers: headersOf(lines),
      forAll: true,
      made: ['etag'],
      body,
      tags,
      position: at,
      requestedAt: now - 5,
      generatedAt: now,
      freshUntil: now + 60_000,
      staleUntil: now + 120_000,
      errorUntil: now + 600_000,
    },
  };
}
