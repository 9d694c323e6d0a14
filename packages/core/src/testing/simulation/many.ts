import * as fc from 'fast-check';
import type { MakeEngine } from '../races/engines.js';
import { type Script, scripts } from './script.js';
import { simulate } from './simulate.js';

/** What came of playing many scripts. */
export interface Played {
  readonly schedules: number;
  /** What goes wrong, and the shortest script with which it does; `undefined` when none does. */
  readonly problem: string | undefined;
}

/** Several at a time: they take turns in the event loop of this process, which is what costs most. */
const BATCH = 40;

/** Plays at least so many schedules, fewer when one goes wrong. `seed`: the same ones each time; default: others each time. */
export async function playMany(make: MakeEngine, schedules: number, seed?: number): Promise<Played> {
  let played = 0;
  const property = fc.asyncProperty(
    fc.array(scripts, { minLength: 1, maxLength: BATCH, size: 'max' }),
    async (batch: readonly Script[]) => {
      played += batch.length;
      const problems = await Promise.all(batch.map((script) => simulate(script, make)));
      if (problems.flat().length > 0) throw new Error(problems.flat().join('; '));
    },
  );
  const isEnough = (): boolean => played >= schedules;
  for (let round = 0; !isEnough(); round++) {
    const found = await fc.check(property, {
      numRuns: Math.ceil(schedules / BATCH),
      endOnFailure: seed !== undefined,
      ...(seed !== undefined && { seed: seed + round }),
    });
    if (found.failed)
      return { schedules: played, problem: await explain(found.counterexample?.[0] ?? [], make) };
  }
  return { schedules: played, problem: undefined };
}

async function explain(batch: readonly Script[], make: MakeEngine): Promise<string> {
  for (const script of batch) {
    const problems = await simulate(script, make);
    if (problems.length > 0) return `${problems.join('; ')} in simulate(${JSON.stringify(script)})`;
  }
  return 'not the same when played again';
}
