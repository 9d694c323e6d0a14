import { optionError } from '../errors.js';
import { tagsOption } from '../rule/choices.js';
import { parseDuration } from '../rule/duration.js';
import { rejectUnknown } from '../rule/options.js';
import type { Duration } from '../rule/rule.js';

/** How ids that the origin does not have are kept away from it. */
export interface SourceFilter<Id> {
  /** All ids that the origin has, in any order: a query that is read page by page. One that is missing cannot be found. */
  readonly ids: () => AnyIterable<Id> | Promise<AnyIterable<Id>>;
  /** The share of unknown ids (above 0, below 1) for which the origin is asked all the same. Default 0.01: 1.2 bytes an id. */
  readonly errorRate?: number;
  /** How long after one reading of the ids the next begins. Default `'10m'`. */
  readonly every?: Duration;
  /** With more ids than this there is no filter. While they are read they take 8 bytes each. Default 10,000,000. */
  readonly maxIds?: number;
  /** Who invalidates one of these lets all ids through until they were read anew: an import says so. Default: none. */
  readonly tags?: readonly string[];
}

type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/** {@link SourceFilter}, checked and complete. Times are milliseconds. */
export interface ResolvedFilter<Id> {
  readonly ids: SourceFilter<Id>['ids'];
  readonly errorRate: number;
  readonly every: number;
  readonly maxIds: number;
  readonly tags: readonly string[];
}

/** @throws ShelflifeError `ERR_OPTION`. */
export function resolveFilter<Id>(options: SourceFilter<Id>): ResolvedFilter<Id> {
  rejectUnknown('source.filter', options, ['ids', 'errorRate', 'every', 'maxIds', 'tags']);
  const { ids, errorRate = 0.01, maxIds = 10_000_000 } = options;
  if (typeof ids !== 'function')
    throw optionError('source.filter.ids', 'a function that gives all ids: () => db.allIds()', ids);
  if (typeof errorRate !== 'number' || !(errorRate > 0 && errorRate < 1))
    throw optionError('source.filter.errorRate', 'a number above 0 and below 1, such as 0.01', errorRate);
  if (!Number.isSafeInteger(maxIds) || maxIds < 1)
    throw optionError('source.filter.maxIds', 'a whole number of at least 1', maxIds);
  const every = parseDuration('source.filter.every', options.every ?? '10m');
  if (every < SHORTEST_MS)
    throw optionError('source.filter.every', `a duration of at least '1s'`, options.every);
  return { ids, errorRate, every, maxIds, tags: tagsOf(options.tags) };
}

const SHORTEST_MS = 1000;

function tagsOf(tags: unknown = []): readonly string[] {
  if (!Array.isArray(tags)) throw optionError('source.filter.tags', 'an array of tags', tags);
  return tagsOption('source.filter.tags', tags) as readonly string[];
}
