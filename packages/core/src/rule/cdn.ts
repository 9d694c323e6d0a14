import { optionError, ShelflifeError } from '../errors.js';
import { listOption, wordOption } from './checks.js';
import { parseDuration } from './duration.js';
import { rejectUnknown } from './options.js';
import type { CdnTagField } from './rule.js';

/** {@link CdnRule} of `rule.ts`, checked. Lifetimes are whole seconds. */
export interface CdnOptions {
  readonly maxAge: number | undefined;
  readonly swr: number | undefined;
  readonly staleIfError: number | undefined;
  readonly tags: readonly CdnTagField[];
  readonly overLimit: 'no-store' | 'drop';
}

/** All of them, in the order they are sent. */
export const TAG_FIELDS: readonly CdnTagField[] = Object.freeze([
  'Cache-Groups',
  'Surrogate-Key',
  'Cache-Tag',
  'xkey',
  'Edge-Cache-Tag',
  'CDN-Tag',
]);

const NAMES = ['maxAge', 'swr', 'staleIfError', 'tags', 'overLimit'];

/** Rule option `cdn`. */
export function cdnOption(where: string, value: unknown): CdnOptions | undefined {
  if (value === false) return undefined;
  rejectUnknown(where, value, NAMES);
  const { maxAge, swr, staleIfError, tags = [], overLimit = 'no-store' } = value as Record<string, unknown>;
  const lifetimes = {
    maxAge: secondsOption(`${where}.maxAge`, maxAge),
    swr: secondsOption(`${where}.swr`, swr),
    staleIfError: secondsOption(`${where}.staleIfError`, staleIfError),
  };
  if (lifetimes.maxAge === undefined && (lifetimes.swr ?? lifetimes.staleIfError) !== undefined)
    throw new ShelflifeError(
      'ERR_OPTION',
      `${where}: swr and staleIfError count from the end of maxAge, and there is none. Add maxAge: '1h'.`,
    );
  return Object.freeze({
    ...lifetimes,
    tags: tagFieldsOption(`${where}.tags`, tags),
    overLimit: wordOption(`${where}.overLimit`, overLimit, ['no-store', 'drop']),
  });
}

// Directives know seconds only: what is shorter would silently be none at all.
function secondsOption(where: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseDuration(where, value);
  if (ms > 0 && ms < 1000) throw optionError(where, `whole seconds such as '5m'`, value, `Write '1s'.`);
  return Math.floor(ms / 1000);
}

function tagFieldsOption(where: string, value: unknown): readonly CdnTagField[] {
  if (value === true) return TAG_FIELDS;
  const what = `fields such as 'Surrogate-Key', or true for all`;
  return listOption(where, value, what, (place, name) =>
    wordOption(place, name, TAG_FIELDS),
  ) as readonly CdnTagField[];
}
