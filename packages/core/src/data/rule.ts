import { optionError } from '../errors.js';
import { booleanOption, shareOption } from '../rule/checks.js';
import { tagsOption } from '../rule/choices.js';
import { parseDuration } from '../rule/duration.js';
import { rejectUnknown } from '../rule/options.js';
import type { Duration } from '../rule/rule.js';
import { isSchema, type Schema } from './schema.js';

/** How a value is kept. Every option may be left out. */
export interface DataRule<T = unknown> {
  /** How long it is fresh. Default: the `ttl` of the cache's `defaults`; without one it must be given. */
  readonly ttl?: Duration;
  /** Names under which it can be invalidated. */
  readonly tags?: readonly string[];
  /** How long after that it is still served while one load in the background makes a new one. Default 0. */
  readonly swr?: Duration;
  /** How long after its freshness it may stand in for a load that fails or is late. Default 0. */
  readonly staleIfError?: Duration;
  /** How long after a load that failed the stale value is served without another try. Default `'1s'`. */
  readonly retryAfter?: Duration;
  /** How long a load may take. Default: as long as it likes. */
  readonly timeout?: LoadTimeout;
  /** The share of its lifetime (0 to 1) after which the next look-up has it loaded anew in the background. Default: none. */
  readonly refreshAhead?: number;
  /**
   * Loads anew in the background at random moments before the end, the more likely the nearer the end and the longer
   * the load takes (XFetch), so that processes do not all do it at once. 1 is what the paper suggests, larger is
   * earlier. Default 0: never.
   */
  readonly earlyRefresh?: number;
  /** The share of the lifetime (0 to 1) by which it is shortened at random, so that what is stored together does not end together. Default 0. */
  readonly jitter?: number;
  /** How long `undefined` and `null`, which say that there is nothing, are fresh. Default: `null` as any value, `undefined` is not stored. */
  readonly negativeTtl?: Duration;
  /** What is stored counts only if it fits this [Standard Schema](https://standardschema.dev) (zod, valibot, arktype, …); else it is loaded. */
  readonly schema?: Schema<T>;
  /** All callers get one and the same value, frozen (objects and arrays; a Map, Set, Date or Buffer must be left alone). Default `false`: each gets a copy. */
  readonly share?: boolean;
  /**
   * The value is for one user, whom its key names: no response that is made of it is stored, and of the values that
   * are only those which say `private: true` themselves. Default `false`.
   */
  readonly private?: boolean;
}

/** How long a load may take. */
export interface LoadTimeout {
  /** After this a stale value is served, if there is one that `staleIfError` allows; the load goes on. */
  readonly soft?: Duration;
  /** After this the load is given up: `context.signal` is aborted and callers get `ERR_TIMEOUT`, or the stale value. */
  readonly hard?: Duration;
}

/** {@link DataRule}, checked and complete. Times are milliseconds. */
export interface ResolvedDataRule {
  /** `undefined` when there is none. */
  readonly ttl: number | undefined;
  readonly tags: readonly string[];
  readonly swr: number;
  readonly staleIfError: number;
  readonly retryAfter: number;
  readonly soft: number;
  readonly hard: number;
  readonly jitter: number;
  readonly negativeTtl: number | undefined;
  readonly isPrivate: boolean;
}

/** The names of the options of a {@link DataRule}. */
export const DATA_OPTIONS: readonly string[] = [
  'ttl',
  'tags',
  'swr',
  'staleIfError',
  'retryAfter',
  'timeout',
  'refreshAhead',
  'earlyRefresh',
  'jitter',
  'negativeTtl',
  'schema',
  'share',
  'private',
];

const RETRY_AFTER_MS = 1000;

/** @throws ShelflifeError `ERR_OPTION` for an unknown option or a wrong value. */
export function resolveDataRule(options: DataRule, defaultTtl: number | undefined): ResolvedDataRule {
  if (typeof options !== 'object')
    throw optionError(
      'options',
      `an object such as { ttl: '5m' }`,
      options,
      'The order is key, load, options.',
    );
  rejectUnknown('options', options, DATA_OPTIONS);
  const { tags, timeout = {}, schema, share = false, jitter = 0 } = options;
  if (typeof timeout !== 'object')
    throw optionError('options.timeout', `{ soft: '200ms', hard: '5s' } or one of them`, timeout);
  rejectUnknown('options.timeout', timeout, ['soft', 'hard']);
  if (schema !== undefined && !isSchema(schema))
    throw optionError('options.schema', 'a Standard Schema, as zod, valibot and arktype make them', schema);
  booleanOption('options.share', share);
  shareOption(
    'options.refreshAhead',
    options.refreshAhead ?? 1,
    'Write 0.8 for the last fifth of its lifetime.',
  );
  const { earlyRefresh = 0 } = options;
  if (typeof earlyRefresh !== 'number' || !(earlyRefresh >= 0 && earlyRefresh < Infinity))
    throw optionError('options.earlyRefresh', 'a number such as 1, or 0 for never', earlyRefresh);
  const time = (name: 'swr' | 'staleIfError' | 'retryAfter' | 'negativeTtl', missing: number): number =>
    options[name] === undefined ? missing : parseDuration(`options.${name}`, options[name]);
  return {
    ttl: options.ttl === undefined ? defaultTtl : parseDuration('options.ttl', options.ttl),
    tags: tags === undefined ? [] : listedTags(tags),
    swr: time('swr', 0),
    staleIfError: time('staleIfError', 0),
    retryAfter: time('retryAfter', RETRY_AFTER_MS),
    soft: timeoutOption('soft', timeout.soft),
    hard: timeoutOption('hard', timeout.hard),
    jitter: shareOption('options.jitter', jitter),
    negativeTtl: options.negativeTtl === undefined ? undefined : time('negativeTtl', 0),
    isPrivate: booleanOption('options.private', options.private ?? false),
  };
}

function listedTags(tags: unknown): readonly string[] {
  if (Array.isArray(tags)) return tagsOption('options.tags', tags) as readonly string[];
  const fix = typeof tags === 'function' ? 'Call context.tag() in the load.' : `Write tags: ['products'].`;
  throw optionError('options.tags', 'an array of tags', tags, fix);
}

function timeoutOption(name: string, value: unknown): number {
  if (value === undefined) return Infinity;
  const ms = parseDuration(`options.timeout.${name}`, value);
  if (ms > 0) return ms;
  throw optionError(`options.timeout.${name}`, 'a duration above 0', value, 'Leave it out for no limit.');
}
