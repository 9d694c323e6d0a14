import type { Checkout, Kind, RawResult, RawResults } from './checkout.js';
import { NOT_APPLICABLE } from './lists/not-applicable.js';
import { POLICY } from './lists/policy.js';

/** A test and what came of it. */
export interface Judged {
  readonly id: string;
  readonly kind: Kind;
  /** The word of the suite: `pass`, `fail`, `optional_fail`, `yes`, `no`, `setup_fail`, `dependency_fail`, ... */
  readonly verdict: string;
  /** What the suite says of a failure. */
  readonly message?: string;
}

export interface Counts {
  readonly required: Share;
  readonly optimal: Share;
  readonly yes: Share;
  readonly policy: Share;
}

interface Share {
  readonly good: number;
  readonly of: number;
  /** Left out of both. */
  readonly notApplicable: number;
}

/** Judges what ran. `only`: these tests alone. */
export function judge(checkout: Checkout, raw: RawResults, only?: readonly string[]): readonly Judged[] {
  return checkout.tests
    .filter(({ id }) => only?.includes(id) ?? true)
    .map(({ id, kind = 'required' }) => {
      const result = raw[id];
      const verdict = verdictOf(checkout.verdictOf(id, raw), result);
      const said = result === undefined || result === true ? {} : { message: result.join(': ') };
      return { id, kind, verdict, ...said };
    });
}

/** Where the client gave up, neither side has been judged; the suite knows no such results. */
function verdictOf(said: string, result: RawResult | undefined): string {
  const gaveUp = result !== undefined && result !== true && result[0] === 'Harness';
  return gaveUp && said !== 'dependency_fail' ? 'harness_fail' : said;
}

/** Whether a test came out as it should; `undefined` where that is nobody's business. */
export function isGood({ id, kind, verdict }: Judged): boolean | undefined {
  if (Object.hasOwn(NOT_APPLICABLE, id)) return undefined;
  if (kind !== 'check') return verdict === 'pass';
  const wanted = POLICY[id];
  return wanted && verdict === wanted[0];
}

export function count(tests: readonly Judged[]): Counts {
  const of = (kind: Kind): readonly Judged[] => tests.filter((test) => test.kind === kind);
  return {
    required: share(of('required'), isGood),
    optimal: share(of('optimal'), isGood),
    yes: share(of('check'), ({ verdict }) => verdict === 'yes'),
    policy: share(
      of('check').filter(({ id }) => Object.hasOwn(POLICY, id)),
      isGood,
    ),
  };
}

function share(tests: readonly Judged[], good: (test: Judged) => boolean | undefined): Share {
  const told = tests.map((test) => good(test));
  return {
    good: told.filter((each) => each === true).length,
    of: told.filter((each) => each !== undefined).length,
    notApplicable: told.filter((each) => each === undefined).length,
  };
}

/** `express  required 159/159 applicable of 160, optimal 98/105, check yes 75/100, policy 59/59`. */
export function countsLine(name: string, { required, optimal, yes, policy }: Counts): string {
  const left = required.notApplicable > 0 ? ` applicable of ${required.of + required.notApplicable}` : '';
  const parts = [
    `required ${required.good}/${required.of}${left}`,
    `optimal ${optimal.good}/${optimal.of}`,
    `check yes ${yes.good}/${yes.of}`,
    `policy ${policy.good}/${policy.of}`,
  ];
  return `${name.padEnd(8)} ${parts.join(', ')}`;
}
