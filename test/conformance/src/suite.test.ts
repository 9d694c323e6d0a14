import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkoutFolder, openCheckout } from './checkout.js';
import { problemsOf } from './gate.js';
import { ADAPTERS, type Target } from './hosts/index.js';
import { measure, type Measured, savedOf } from './measure.js';
import { count, countsLine } from './score.js';

const folder = checkoutFolder();
// Whoever names a folder, or has begun to make one, wants it to be used.
const isWanted = process.env['CACHE_TESTS'] !== undefined || existsSync(folder);
if (!isWanted)
  console.warn(
    `NOT RUN: the conformance suite, because ${folder} is not there. See test/conformance/README.md.`,
  );

describe.skipIf(!isWanted)('http-tests/cache-tests', () => {
  let measured: readonly Measured[];
  const of = (target: Target): Measured => measured.find((each) => each.target === target)!;

  beforeAll(async () => {
    measured = await measure(await openCheckout(folder), [...ADAPTERS, 'none']);
  }, 200_000);

  test.each(ADAPTERS)('%s passes the gate', (adapter) => {
    const { error, tests, secondTry } = of(adapter);
    const again = secondTry.length > 0 ? `; passed when run again: ${secondTry.join(', ')}` : '';
    console.log(countsLine(adapter, count(tests)) + again);
    expect([error, problemsOf(tests, savedOf(adapter))]).toEqual([undefined, []]);
  });

  test('a proxy without a cache passes what needs none', () => {
    const { error, tests } = of('none');
    expect(error).toBeUndefined();
    expect(count(tests)).toMatchObject({ required: { good: 22 }, optimal: { good: 0 } });
  });
});
