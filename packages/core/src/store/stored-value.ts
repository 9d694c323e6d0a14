import type { ByteReader, ByteWriter } from './bytes.js';
import { MAX_NAMES } from './replayable.js';

/** A value of the data cache. Times are Unix milliseconds. */
export interface StoredValue {
  /** The value as bytes (see `data/copies.ts`), in a store perhaps compressed or encrypted. */
  readonly bytes: Uint8Array;
  /** What invalidates it, in the words of `invalidation/tags.ts`. */
  readonly names: readonly string[];
  /** The last invalidation that was known when its load started. */
  readonly position: number;
  /** When its load started. */
  readonly startedAt: number;
  /** When its load ended. */
  readonly madeAt: number;
  readonly freshUntil: number;
  /** Until when it may be served while it is loaded anew. */
  readonly staleUntil: number;
  /** Until when it may stand in for a load that failed. */
  readonly errorUntil: number;
  /** It is for one user: no response that is made of it is stored. */
  readonly isPrivate: boolean;
}

const TIMES = ['position', 'startedAt', 'madeAt', 'freshUntil', 'staleUntil', 'errorUntil'] as const;

export function writeValue(writer: ByteWriter, value: StoredValue): void {
  for (const name of TIMES) writer.float(value[name]);
  writer.count(value.isPrivate ? 1 : 0);
  writer.texts(value.names);
  writer.bytes(value.bytes);
}

/** Reads what {@link writeValue} wrote. `undefined`: it cannot be what this cache stored. */
export function readValue(reader: ByteReader): StoredValue | undefined {
  const [position = 0, startedAt = 0, madeAt = 0, freshUntil = 0, staleUntil = 0, errorUntil = 0] = TIMES.map(
    () => reader.float(),
  );
  const isPrivate = reader.count() === 1;
  const names = reader.texts(MAX_NAMES);
  const bytes = reader.bytes();
  const value = {
    bytes,
    names,
    position,
    startedAt,
    madeAt,
    freshUntil,
    staleUntil,
    errorUntil,
    isPrivate,
  };
  const isSound = TIMES.every((name) => Number.isFinite(value[name]));
  return isSound && staleUntil >= freshUntil && errorUntil >= freshUntil ? value : undefined;
}
