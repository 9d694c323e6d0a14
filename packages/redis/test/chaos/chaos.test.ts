import { describe, expect, test } from 'vitest';
import { type Report, runScenario } from './scenario.js';
import { clusterSite, sentinelSite, singleSite } from './sites.js';

// Minutes of it: `npm run chaos`.
const SECONDS = 6;

function expectSound({ violations, wrong, answers, hits, acknowledged }: Report): void {
  expect(wrong).toEqual([]);
  expect(violations).toEqual([]);
  // A cache that answers nothing keeps every promise.
  expect(answers).toBeGreaterThan(100);
  expect(hits).toBeGreaterThan(0.1);
  expect(acknowledged).toBeGreaterThan(3);
}

describe('four processes, requests and invalidations, while things go wrong: no answer is older than promised', () => {
  // oxlint-disable-next-line vitest/expect-expect -- expectSound() does that.
  test.each([
    ['one server', { site: singleSite, maxStaleness: '1s' }],
    ['one server, strict', { site: singleSite, maxStaleness: '0' }],
    ['Sentinel', { site: sentinelSite, maxStaleness: '1s' }],
    ['Cluster', { site: clusterSite, maxStaleness: '1s' }],
  ] as const)(
    '%s',
    async (_, scenario) => expectSound(await runScenario({ ...scenario, seconds: SECONDS })),
    90_000,
  );

  test('and a cache that trusts its memory for longer than it says is found out', async () => {
    const report = await runScenario({
      site: singleSite,
      seconds: SECONDS,
      maxStaleness: '1s',
      broken: '60s',
      only: ['one process cut off'],
    });
    expect(report.violations.length).toBeGreaterThan(0);
    expect(report.wrong).toEqual([]);
  }, 90_000);
});
