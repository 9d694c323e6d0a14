/** What went wrong, stable across versions: compare this and never the message. */
export type ErrorCode =
  /** An option is unknown or has a value of the wrong kind. Thrown at start. */
  | 'ERR_OPTION'
  /** A key, tag or path that cannot be used. Thrown by the call that was given it. */
  | 'ERR_TARGET'
  /** The function of a rule (`key`, `tags`, `by`, `bypass`, `validators`) threw or returned nonsense. Only in events. */
  | 'ERR_RULE_FUNCTION'
  /** The second tier failed or took too long. Only in events. */
  | 'ERR_STORE'
  /** An invalidation is in effect in this process, but the shared log did not confirm that it has it. */
  | 'ERR_NOT_ACKNOWLEDGED'
  /** A load of the data cache took longer than its `timeout.hard`. */
  | 'ERR_TIMEOUT'
  /** A write was not taken into the queue of a source: it is full, closed, or its disk fails. Nothing was acknowledged. */
  | 'ERR_QUEUE'
  /** The cache was used after `close()`. */
  | 'ERR_CLOSED';

/** Every error that Shelflife throws or reports. */
export class ShelflifeError extends Error {
  override readonly name = 'ShelflifeError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A wrong option: where it stands, what was expected, what came, how to mend it.
 *
 * `rule.ttl: expected a duration such as '5m', got 300 (number). Write '300s' or '300ms'.`
 */
export function optionError(where: string, expected: string, got: unknown, fix?: string): ShelflifeError {
  const advice = fix === undefined ? '' : ` ${fix}`;
  return new ShelflifeError('ERR_OPTION', `${where}: expected ${expected}, got ${inWords(got)}.${advice}`);
}

/** A value as it may stand in an error message: short, with its type where that is the likely mistake. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return 'an object';
  return `${(value as number | bigint | boolean | symbol).toString()} (${typeof value})`;
}
