import { ShelflifeError } from '../errors.js';

/** Which names depend on which, in the words of `tags.ts`: whoever invalidates one invalidates all that depend on it. */
export interface Dependencies {
  /** @throws ShelflifeError `ERR_TARGET` when there are too many. */
  readonly add: (name: string, on: readonly string[]) => void;
  /** The names, and all that they depend on. */
  readonly above: (names: readonly string[]) => readonly string[];
  /** The names, and all that depend on them. */
  readonly below: (names: readonly string[]) => readonly string[];
}

type Edges = Map<string, Set<string>>;

/** Makes an empty graph. It may have cycles. `maxEdges`: 100,000 take about 30 MB at worst. */
export function createDependencies(maxEdges = 100_000): Dependencies {
  const up: Edges = new Map();
  const down: Edges = new Map();
  let size = 0;
  return {
    add(name, on) {
      for (const above of on) {
        if (up.get(name)?.has(above)) continue;
        // To forget one would be to miss an invalidation.
        if (size >= maxEdges)
          throw new ShelflifeError(
            'ERR_TARGET',
            `depends(): there are ${maxEdges} dependencies already. Let groups depend on each other, not their members.`,
          );
        size++;
        connect(up, name, above);
        connect(down, above, name);
      }
    },
    above: (names) => reach(up, names),
    below: (names) => reach(down, names),
  };
}

function connect(edges: Edges, from: string, to: string): void {
  const known = edges.get(from);
  if (known === undefined) edges.set(from, new Set([to]));
  else known.add(to);
}

function reach(edges: Edges, names: readonly string[]): readonly string[] {
  if (edges.size === 0) return names;
  const reached = new Set(names);
  // A Set is visited in order of insertion, also what is added meanwhile; what is there already is not added again.
  for (const name of reached) for (const next of edges.get(name) ?? []) reached.add(next);
  return reached.size === names.length ? names : [...reached];
}
