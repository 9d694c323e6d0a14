/** An invalidation, with its times on the clock that all processes share. */
export interface Invalidation {
  readonly id: string;
  readonly called: number;
  /** When the promise resolved; absent: it was not acknowledged, and nothing is promised. */
  readonly acked: number | undefined;
}

/** An answer: for what, when it was asked for, and when the handler that made it had begun. */
export interface Answered {
  readonly id: string;
  readonly asked: number;
  readonly began: number;
  /** The process that answered. */
  readonly by: number;
  readonly cacheStatus: string;
}

/** An answer that is older than the guarantee allows. */
export interface Violation {
  readonly answered: Answered;
  readonly invalidation: Invalidation;
  /** Milliseconds from the acknowledgement to the request, beyond the staleness that is allowed. */
  readonly late: number;
}

/** Everything that happened in a run, as far as the guarantee is concerned. */
export interface History {
  invalidated(invalidation: Invalidation): void;
  answered(answered: Answered): void;
  readonly answers: number;
  readonly invalidations: number;
  /** Those that were acknowledged. */
  readonly acknowledged: number;
  /** Checks all answers so far against all invalidations. */
  violations(maxStaleness: number): readonly Violation[];
}

/**
 * Keeps what happened and checks the one thing the cache promises: the answer to a request that starts more than
 * `maxStaleness` after an invalidation was acknowledged was made by a handler that began after the invalidation. A
 * handler that began between its call and its acknowledgement may have come first or second.
 */
export function createHistory(): History {
  const byId = new Map<string, Invalidation[]>();
  const answers: Answered[] = [];
  let invalidations = 0;

  return {
    invalidated(invalidation) {
      invalidations++;
      if (invalidation.acked === undefined) return;
      const known = byId.get(invalidation.id);
      if (known === undefined) byId.set(invalidation.id, [invalidation]);
      else known.push(invalidation);
    },
    answered: (answered) => void answers.push(answered),
    get answers() {
      return answers.length;
    },
    get invalidations() {
      return invalidations;
    },
    get acknowledged() {
      return [...byId.values()].reduce((sum, known) => sum + known.length, 0);
    },
    violations: (maxStaleness) =>
      answers.flatMap((answered) => {
        const due = answered.asked - maxStaleness;
        const broken = byId
          .get(answered.id)
          ?.find(({ called, acked }) => acked! <= due && answered.began < called);
        return broken === undefined ? [] : [{ answered, invalidation: broken, late: due - broken.acked! }];
      }),
  };
}
