import type { ShelflifeError } from '../errors.js';
import type { Uses } from '../exchange/scope.js';
import { ERRORS } from '../exchange/stand-in.js';
import type { Found } from '../exchange/storage.js';

import { fieldValue } from '../http/fields.js';
import type { ResponseHead, StoredResponse } from '../http/message.js';
import { varyNames } from '../http/vary.js';
import { REMOVED } from '../invalidation/log.js';
import type { Call } from './calls.js';
import { tagNames } from './entry.js';
import { type Decision, decide, isForOne, type Moments } from './lifetime.js';
import type { ResolvedFetch } from './options.js';
import { isNeutral, type Question } from './question.js';
import type { FetchRooms } from './rooms.js';

/** What becomes of an answer. */
export interface Verdict {
  readonly decision: Decision;
  /** What invalidates it. */
  readonly names: readonly string[];
  /** What counts for whatever is made of it. */
  readonly uses: Uses;
}

interface Asked {
  readonly question: Question;
  readonly found: Found;
  readonly call: Call;
}

/** Decides what becomes of answers, and has it happen. */
export interface Judge {
  verdict(question: Question, answer: ResponseHead, moments: Moments, redirected: boolean): Verdict;
  /** Stores an answer and lets go who waits for it. */
  store(asked: Asked, entry: StoredResponse): void;
  /** Lets go who waits for an answer that is not stored. */
  refuse(asked: Asked, status: number): void;
}

export function createJudge(rooms: FetchRooms, options: ResolvedFetch): Judge {
  const { clock, log, storage, retries, uncacheables, events } = rooms;

  function decideOn(answer: ResponseHead, moments: Moments): Decision {
    const decision = decide(answer, options, moments);
    const length = Number(fieldValue(answer.headers, 'content-length') ?? 0);
    return decision.keep && length > options.maxBodySize ? { keep: false, reason: 'TOO-LARGE' } : decision;
  }

  function tagsOf(url: string, answer: ResponseHead): readonly string[] | undefined {
    try {
      return tagNames(options.tags, url, answer);
    } catch (error) {
      events.emit('rule-failed', { url, error: error as ShelflifeError });
      return undefined;
    }
  }

  function usesOf(names: readonly string[], decision: Decision, answer: ResponseHead, at: number): Uses {
    // What must not be stored is not stored as a part of something else either.
    const until = decision.keep
      ? at + decision.freshFor
      : decision.reason === 'NO-STORE'
        ? -Infinity
        : Infinity;
    return { names: new Set(names), until, isPrivate: isForOne(answer.headers, options) };
  }

  /** Request headers that select the answer and that the key does not hold. */
  function selecting({ headers }: StoredResponse): readonly string[] {
    const names = varyNames(headers);
    const isOpen = (name: string): boolean => isNeutral(name) || options.ignoreHeaders.includes(name);
    return names === '*' ? [] : names.filter(isOpen);
  }

  return {
    verdict(question, answer, moments, redirected) {
      const tags = tagsOf(question.url, answer);
      const names = rooms.above([...question.names, ...(tags ?? [])]);
      let decision = decideOn(answer, moments);
      if (tags === undefined) decision = { keep: false, reason: 'RULE-FUNCTION' };
      // What another URL has answered says nothing of how long this one leads there.
      else if (redirected) decision = { keep: false, reason: 'STATUS' };
      return { decision, names, uses: usesOf(names, decision, answer, moments.receivedAt) };
    },
    store({ question, found, call }, entry) {
      if (log.staleSince(entry.position, entry.tags) === REMOVED) return call.land({ how: 'abandoned' });
      const key = storage.keep(question.key, entry, question.headers, selecting(entry));
      retries.resume(found.key);
      // What must be confirmed on each use is for nobody who waits.
      const isShareable = Math.max(entry.freshUntil, entry.staleUntil) > clock.now();
      if (isShareable) uncacheables.delete(found.key);
      else uncacheables.add(found.key);
      call.land(isShareable ? { how: 'stored', key, stored: entry } : { how: 'uncacheable' });
    },
    refuse({ found, call }, status) {
      const isError = ERRORS.has(status);
      if (!isError) uncacheables.add(found.key);
      call.land({ how: isError ? 'abandoned' : 'uncacheable' });
    },
  };
}
