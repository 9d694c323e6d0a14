import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ADAPTERS, type Adapter } from './hosts/index.js';
import { NOT_APPLICABLE } from './lists/not-applicable.js';
import { POLICY } from './lists/policy.js';
import { REASONS } from './lists/reasons.js';
import { judgedOf, readResults, type SavedResults } from './results.js';
import { countsLine, isGood, type Judged } from './score.js';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const BEGIN = '<!-- Written by `npm run conformance -- --write`: -->\n';
const END = '<!-- until here -->';

/** A test that did not come out as it should on some adapter. */
interface Difference {
  readonly id: string;
  readonly test: Judged;
  readonly adapters: readonly Adapter[];
  readonly reason: string | undefined;
}

/** The saved results of all adapters. @throws Error when there are none of an adapter. */
export function allResults(): readonly SavedResults[] {
  return ADAPTERS.map((adapter) => {
    const saved = readResults(adapter);
    if (saved === undefined)
      throw new Error(`results/${adapter}.json is missing: npm run conformance -- --write`);
    return saved;
  });
}

export function differencesOf(results: readonly SavedResults[]): readonly Difference[] {
  const failed = results.flatMap((saved) =>
    judgedOf(saved)
      .filter((test) => isGood(test) === false)
      .map((test) => ({ test, adapter: saved.adapter })),
  );
  return [...new Set(failed.map(({ test }) => test.id))].map((id) => {
    const those = failed.filter(({ test }) => test.id === id);
    return { id, test: those[0]!.test, adapters: those.map(({ adapter }) => adapter), reason: REASONS[id] };
  });
}

/** What of the reasons and the saved results does not fit together, a line each. */
export function unexplained(results: readonly SavedResults[]): readonly string[] {
  const found = differencesOf(results);
  const ids = new Set(found.map(({ id }) => id));
  return [
    ...found.flatMap(({ id, reason }) =>
      reason === undefined ? [`${id} is not passed and has no reason`] : [],
    ),
    ...Object.keys(REASONS).flatMap((id) => (ids.has(id) ? [] : [`${id} has a reason, and is passed`])),
  ];
}

/** The generated part of the README: what each adapter reaches, and each test that is not passed with the reason. */
export function differencesText(results: readonly SavedResults[]): string {
  const { suite, commit, node, date } = results[0]!;
  return [
    `${suite} at \`${commit}\`, strict, Node ${node}, ${date}:`,
    '',
    '```',
    ...results.map(({ adapter, counts }) => countsLine(adapter, counts)),
    '```',
    '',
    '### Tests that are not passed',
    '',
    ...differencesOf(results).map(
      ({ id, test, adapters, reason }) => `- \`${id}\` (${kindOf(test)}; ${namesOf(adapters)}): ${reason}.`,
    ),
    '',
    'Not applicable:',
    '',
    ...Object.entries(NOT_APPLICABLE).map(([id, reason]) => `- \`${id}\`: ${reason}.`),
    '',
    '### Questions that the specifications leave open, and we too',
    '',
    ...openQuestions(results),
    '',
  ].join('\n');
}

function kindOf({ id, kind, verdict }: Judged): string {
  return kind === 'check' ? `check: ${verdict}, wanted ${POLICY[id]![0]}` : kind;
}

function namesOf(adapters: readonly Adapter[]): string {
  return adapters.length === ADAPTERS.length ? 'all adapters' : adapters.join(', ');
}

/** The checks without a wanted answer, by answer. */
function openQuestions(results: readonly SavedResults[]): readonly string[] {
  const rows = new Map<string, string[]>();
  for (const id of Object.keys(results[0]!.tests.check)) {
    if (Object.hasOwn(POLICY, id)) continue;
    const answers = results.map(({ tests }) => tests.check[id] ?? 'untested');
    const said = new Set(answers).size === 1 ? answers[0]! : answers.join(' / ');
    rows.set(said, [...(rows.get(said) ?? []), `\`${id}\``]);
  }
  return [...rows].map(([said, ids]) => `- ${said}: ${ids.join(', ')}`);
}

/** The README as it stands, and as it has to be. */
export function readmeTexts(results: readonly SavedResults[]): {
  readonly is: string;
  readonly should: string;
} {
  const is = readFileSync(README, 'utf8');
  const [before, rest = ''] = is.split(BEGIN) as [string, string?];
  return { is, should: `${before}${BEGIN}\n${differencesText(results)}\n${END}${rest.split(END)[1] ?? ''}` };
}

/** Writes the generated part of the README anew. */
export function writeDifferences(): void {
  writeFileSync(README, readmeTexts(allResults()).should);
}
