import { type Checkout, openCheckout } from './checkout.js';
import { writeDifferences } from './differences.js';
import { problemsOf } from './gate.js';
import { ADAPTERS } from './hosts/index.js';
import { NOT_AHEAD } from './lists/not-ahead.js';
import { measure, type Measured, savedOf } from './measure.js';
import { readOptions, type RunOptions, USAGE } from './options.js';
import { createProbes } from './probes/index.js';
import { startSite } from './probes/world.js';
import { writeResults } from './results.js';
import { count, countsLine, isGood } from './score.js';
import { runVectors } from './structured.js';

/** Program: see `USAGE`. Exit code 0 means that the gate is passed, 1 that it is not, 2 that it could not be run. */
try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = (await run(options)) ? 0 : 1;
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function run(options: RunOptions): Promise<boolean> {
  if (options.structured !== undefined) return runStructured(options.structured);
  return options.probes ? runProbes(options) : runSuite(options);
}

function runStructured(folder: string): boolean {
  const { passed, failed } = runVectors(folder);
  for (const failure of failed) console.error(failure);
  console.log(`structured fields: ${passed} of ${passed + failed.length} vectors are read right`);
  return failed.length === 0;
}

async function runSuite({ suite, targets, only, ahead, dump, write }: RunOptions): Promise<boolean> {
  const checkout = await openCheckout(suite);
  const startedAt = Date.now();
  const all = await measure(checkout, targets, {
    ahead,
    ...(only && { only }),
    ...(dump && { dump: process.stdout }),
  });
  const isWhole = only === undefined;
  for (const each of all) tellTests(each, !isWhole);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  console.log(`http-tests/cache-tests at ${checkout.commit.slice(0, 7)}, strict, in ${seconds} s:`);
  for (const each of all) console.log(countsOf(each));
  const saved = savedOf('express')?.commit ?? checkout.commit;
  if (saved !== checkout.commit) console.log(`The saved results are of the suite at ${saved.slice(0, 7)}.`);
  const problems = all.flatMap((each) => problemsIn(ahead ? withoutCookies(each) : each, isWhole));
  for (const problem of problems) console.error(problem);
  if (write && all.every(({ error }) => error === undefined)) save(checkout, all);
  return problems.length === 0;
}

function tellTests({ target, tests, secondTry }: Measured, everything: boolean): void {
  for (const test of tests) {
    if (!everything && isGood(test) !== false) continue;
    console.log(`${target}: ${test.kind} ${test.id}: ${test.verdict} ${test.message ?? ''}`.trimEnd());
  }
  if (secondTry.length > 0) console.log(`${target}: passed when run again: ${secondTry.join(', ')}`);
}

function countsOf({ target, error, tests }: Measured): string {
  return error === undefined
    ? countsLine(target, count(tests))
    : `${target.padEnd(8)} did not run to its end`;
}

/** What is answered ahead of the framework stores no cookies. */
function withoutCookies(measured: Measured): Measured {
  return { ...measured, tests: measured.tests.filter(({ id }) => !NOT_AHEAD.has(id)) };
}

/** Of single tests, each that is not good is a problem; of the proxy without a cache, nothing is. */
function problemsIn({ target, error, tests }: Measured, isWhole: boolean): readonly string[] {
  if (error !== undefined) return [`${target}: ${error.message}`];
  if (target === 'none') return [];
  if (isWhole) return problemsOf(tests, savedOf(target)).map((problem) => `${target}: ${problem}`);
  return tests.filter((test) => isGood(test) === false).map(({ id }) => `${target}: ${id} is not passed`);
}

function save({ commit }: Checkout, all: readonly Measured[]): void {
  for (const { target, tests } of all) {
    const adapter = ADAPTERS.find((each) => each === target);
    if (adapter !== undefined) writeResults(adapter, commit, tests);
  }
  writeDifferences();
}

async function runProbes({ targets }: RunOptions): Promise<boolean> {
  let failed = 0;
  for (const adapter of ADAPTERS.filter((each) => targets.includes(each))) {
    const site = await startSite(adapter);
    const probes = createProbes();
    const before = failed;
    for (const probe of probes) {
      try {
        await site.put(probe);
      } catch (error) {
        failed++;
        console.error(`${adapter}: ${probe.title}: ${(error as Error).message}`);
      }
    }
    console.log(
      `${adapter.padEnd(8)} ${probes.length - (failed - before)} of ${probes.length} probes are ok`,
    );
    await site.close();
  }
  return failed === 0;
}
