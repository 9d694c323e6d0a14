import { inWords, ShelflifeError } from '../errors.js';
import { fieldValue } from '../http/fields.js';
import { formatHttpDate, parseHttpDate } from '../http/http-date.js';
import type { Headers, RequestView } from '../http/message.js';
import { ruleFunctionError } from '../rule/call.js';
import type { ResolvedRule } from '../rule/resolve.js';
import type { Validators } from '../rule/rule.js';
import { within } from '../store/deadline.js';
import type { Rooms } from './rooms.js';

/** What the rule's `validators` told of the current answer. */
export interface Told {
  /** The fields `etag` and `last-modified`; perhaps neither. */
  readonly headers: Headers;
  /** That of the log before they were asked: what is invalidated from now on may change what they tell. */
  readonly position: number;
}

/** A version number that takes longer to find out than this saves nothing. */
const DEADLINE_MS = 1000;

/**
 * Asks `validators` of a rule. What goes wrong with it becomes an event, and nothing is known. At once when the
 * function answers at once; never rejects.
 */
export function askValidators(
  { clock, events, log }: Pick<Rooms, 'clock' | 'events' | 'log'>,
  view: RequestView,
  rule: ResolvedRule,
): Told | Promise<Told> {
  const { position } = log;
  const tell = (answer: unknown): Told => ({ headers: read(answer), position });
  const failed = (cause: unknown): Told => {
    const error = cause instanceof ShelflifeError ? cause : thrown(cause);
    events.emit('rule-failed', { url: view.url, error });
    return tell(undefined);
  };
  try {
    const answer = rule.validators?.(view.raw);
    if (!isThenable(answer)) return tell(answer);
    return within(clock, DEADLINE_MS, async () => answer)
      .then(tell)
      .catch(failed);
  } catch (error) {
    return failed(error);
  }
}

/** The request's conditions as far as what was told can answer them: without a tag nobody knows what If-Match matches. */
export function answerable({ headers }: RequestView, told: Pick<Told, 'headers'>): Headers {
  const isKnown = told.headers['etag'] !== undefined;
  if (Object.keys(told.headers).length === 0 || (!isKnown && headers['if-match'] !== undefined)) return {};
  return headers;
}

/**
 * Whether a stored response is the one that was told of: all that was told must be equal, and a weak tag says no more
 * of it than an equal body would.
 */
export function isTold(stored: { readonly headers: Headers }, { headers }: Pick<Told, 'headers'>): boolean {
  const names = Object.keys(headers);
  return names.length > 0 && names.every((name) => fieldValue(stored.headers, name) === headers[name]);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

function thrown(cause: unknown): ShelflifeError {
  const message = cause instanceof Error ? cause.message : inWords(cause);
  return new ShelflifeError('ERR_RULE_FUNCTION', `rule.validators failed: ${message}`, { cause });
}

function read(answer: unknown): Headers {
  if (answer === undefined || answer === null) return {};
  if (typeof answer !== 'object') throw nonsense('an object such as { etag, lastModified }', answer);
  const { etag, lastModified } = answer as Validators;
  return {
    ...(etag !== undefined && { etag: tagOf(etag) }),
    ...(lastModified !== undefined && { 'last-modified': dateOf(lastModified) }),
  };
}

function tagOf(tag: unknown): string {
  if (typeof tag === 'string' && /^(?:W\/)?"[!#-~\u0080-\u00ff]*"$/.test(tag)) return tag;
  throw nonsense(`an etag in quotes such as '"v1"' or 'W/"v1"'`, tag);
}

function dateOf(date: unknown): string {
  const time = date instanceof Date ? date.getTime() : parseHttpDate(String(date));
  if (time !== undefined && Number.isFinite(time)) return formatHttpDate(time);
  throw nonsense('lastModified as a Date or the text of an HTTP date', date);
}

function nonsense(expected: string, got: unknown): ShelflifeError {
  return ruleFunctionError('validators', expected, got);
}
