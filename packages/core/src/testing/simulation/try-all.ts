/** What was found: how many states there are, and the steps to the first wrong answer, if there is one. */
export interface Found {
  readonly states: number;
  readonly trace: readonly string[] | undefined;
}

/** One thing that can happen; `isWrong`: it must not. */
export type Step<S> = readonly [name: string, after: S, isWrong?: boolean];

/** Tries everything that can happen from `first` on, in every order, the shortest ways first. States must be plain data. */
export function tryAll<S extends object>(
  first: S,
  stepsOf: (state: S) => Iterable<Step<S>>,
  isWrong: (state: S) => boolean,
): Found {
  const seen = new Set<string>([JSON.stringify(first)]);
  const from = new Map<S, readonly [S, string]>();
  const traceOf = (state: S): readonly string[] => {
    const step = from.get(state);
    return step === undefined ? [] : [...traceOf(step[0]), step[1]];
  };
  let edge: readonly S[] = [first];
  while (edge.length > 0) {
    const next: S[] = [];
    for (const state of edge) {
      for (const [name, after, isWrongStep] of stepsOf(state)) {
        if (isWrongStep === true || isWrong(after))
          return { states: seen.size, trace: [...traceOf(state), name] };
        const key = JSON.stringify(after);
        if (seen.has(key)) continue;
        seen.add(key);
        from.set(after, [state, name]);
        next.push(after);
      }
    }
    edge = next;
  }
  return { states: seen.size, trace: undefined };
}
