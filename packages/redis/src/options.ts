import { optionError, parseDuration, parseSize, rejectUnknown } from '@shelflife/core';
import type { RedisAddress } from './connect.js';

/** Options of `redisLog`. All may be left out. */
export interface RedisLogOptions extends RedisAddress {
  /** Comes first in every key: keeps the cache apart from what else is in this Redis. Default `'shelflife:'`. */
  readonly keyPrefix?: string;
  /**
   * How long invalidations are kept; what was stored longer ago becomes invalid. Give the longest time that a
   * response may be stored. Default `'7d'`.
   */
  readonly retention?: string;
  /** The most invalidations that are kept, about 100 bytes each; older ones count as above. Default 100,000. */
  readonly maxInvalidations?: number;
}

/** Options of `redisStore`. All may be left out. */
export interface RedisStoreOptions extends RedisLogOptions {
  /** How long one operation may take before the request goes on without it. Default `'50ms'`. */
  readonly deadline?: string;
  /** What is larger is not stored in Redis. Bytes, or `'2mb'`, the default: the largest response a rule stores by default, with its head. */
  readonly maxValueSize?: number | string;
}

/** {@link RedisLogOptions}, checked and complete. */
export interface ResolvedLogOptions {
  readonly keyPrefix: string;
  readonly retention: number;
  readonly maxRecords: number;
}

const LOG_NAMES = ['client', 'url', 'options', 'keyPrefix', 'retention', 'maxInvalidations'];
const STORE_NAMES = [...LOG_NAMES, 'deadline', 'maxValueSize'];

// Where a value of Redis ends.
const LARGEST = 512 * 1024 * 1024;

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveLogOptions(
  where: string,
  options: RedisLogOptions,
  known: readonly string[] = LOG_NAMES,
): ResolvedLogOptions {
  rejectUnknown(where, options, known);
  const { keyPrefix = 'shelflife:', retention = '7d', maxInvalidations = 100_000 } = options;
  if (typeof keyPrefix !== 'string' || !/^[!-z|~]{0,40}$/.test(keyPrefix))
    throw optionError(`${where}.keyPrefix`, `up to 40 visible ASCII characters without braces`, keyPrefix);
  if (!Number.isSafeInteger(maxInvalidations) || maxInvalidations < 1)
    throw optionError(`${where}.maxInvalidations`, 'a whole number of at least 1', maxInvalidations);
  const kept = parseDuration(`${where}.retention`, retention);
  if (kept === 0) throw optionError(`${where}.retention`, `a duration such as '7d'`, retention);
  return { keyPrefix, retention: kept, maxRecords: maxInvalidations };
}

/** {@link RedisStoreOptions}, checked and complete. */
export interface ResolvedStoreOptions extends ResolvedLogOptions {
  readonly deadline: number;
  readonly maxValueSize: number;
}

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveStoreOptions(where: string, options: RedisStoreOptions): ResolvedStoreOptions {
  const log = resolveLogOptions(where, options, STORE_NAMES);
  const { deadline = '50ms', maxValueSize = '2mb' } = options;
  const ms = parseDuration(`${where}.deadline`, deadline);
  if (ms === 0) throw optionError(`${where}.deadline`, `a duration such as '50ms'`, deadline);
  const bytes = parseSize(`${where}.maxValueSize`, maxValueSize);
  if (bytes > LARGEST) throw optionError(`${where}.maxValueSize`, `at most '512mb'`, maxValueSize);
  return { ...log, deadline: ms, maxValueSize: bytes };
}
