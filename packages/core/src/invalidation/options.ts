import { optionError } from '../errors.js';
import { parseDuration } from '../rule/duration.js';
import { rejectUnknown } from '../rule/options.js';
import type { Duration } from '../rule/rule.js';
import type { Durability, LogTransport } from './transport.js';

/** How invalidations reach the other processes of an application. */
export interface InvalidationOptions {
  /**
   * When an invalidation counts as acknowledged: as soon as the server has it (`'primary'`, the default), or when
   * a replica has it too, so that it survives the loss of the server.
   */
  readonly durability?: Durability;
  /**
   * How long an invalidation that is not acknowledged is tried again before its caller is told. Default 0: told at
   * once. It is in effect in this process all the time, and tried again in the background in any case.
   */
  readonly retryFor?: Duration;
}

/** {@link InvalidationOptions} and what belongs to them, checked and complete. Times are milliseconds. */
export interface ResolvedInvalidation {
  /** `undefined`: there is no other process. */
  readonly transport: LogTransport | undefined;
  readonly maxStaleness: number;
  readonly durability: Durability;
  readonly retryFor: number;
}

/**
 * Checks the options that concern the log.
 * @throws ShelflifeError `ERR_OPTION`.
 */
export function resolveInvalidation(
  transport: LogTransport | undefined,
  maxStaleness: Duration,
  options: InvalidationOptions,
): ResolvedInvalidation {
  rejectUnknown('invalidation', options, ['durability', 'retryFor']);
  const { durability = 'primary', retryFor = 0 } = options;
  if (transport !== undefined && !isTransport(transport))
    throw optionError('log', 'an object with id, append, read and close', transport);
  return {
    transport,
    maxStaleness: parseDuration('maxStaleness', maxStaleness),
    durability: checkedDurability('invalidation.durability', durability),
    retryFor: parseDuration('invalidation.retryFor', retryFor),
  };
}

/** @throws ShelflifeError `ERR_OPTION` when it is neither of the two. */
export function checkedDurability(where: string, value: unknown): Durability {
  if (value === 'primary' || value === 'replicated') return value;
  throw optionError(where, `'primary' or 'replicated'`, value);
}

function isTransport(value: unknown): value is LogTransport {
  if (typeof value !== 'object' || value === null) return false;
  const log = value as LogTransport;
  const methods = ['append', 'read', 'close'] as const;
  return typeof log.id === 'string' && methods.every((name) => typeof log[name] === 'function');
}
