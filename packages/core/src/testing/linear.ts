/** Of several runs the fastest is the one that other programs have disturbed least. */
const RUNS = 5;

/** Four times as much takes four times as long when the time is linear, sixteen times when it is quadratic. */
const LIMIT = 8;

/** What is over before this proves nothing, and is harmless. */
const SHORT_MS = 20;

/**
 * How many times longer than linear growth allows `read` takes for 100,000 pieces, beside 25,000 of them: below 1 it is
 * linear. Compares the machine with itself, so that a busy one changes nothing.
 */
export function growthBeyondLinear(read: (pieces: number) => unknown): number {
  const [few, many] = [fastest(() => read(25_000)), fastest(() => read(100_000))];
  return many / Math.max(SHORT_MS, LIMIT * few);
}

function fastest(run: () => unknown): number {
  let best = Infinity;
  for (let at = 0; at < RUNS; at += 1) {
    const started = performance.now();
    run();
    best = Math.min(best, performance.now() - started);
    // Once is enough for what is quadratic: five times would take a minute.
    if (best > 2000) break;
  }
  return best;
}
