import { describe, expect, test } from 'vitest';
import { type Report, runScenario } from './scenario.js';
import { clusterSite, sentinelSite, singleSite } from './sites.js';

// Minutes of it: `npm run chaos`.
const SECONDS = 6;

function expectSound({ violations, wrong, answers, hits, acknowledged }: Report): void {
  expect(wrong).toEqual([]);
  expect(violations).toEqual([]);
  // A cache that answers nothing keeps every promise.
  expect(answers).toBeGreaterThan(300);
  expect(hits).toBeGreaterThan(0.1);
  expect(acknowledged).toBeGreaterThan(3);
}

describe('four processes, requests and invalidations, while things go wrong: no answer is older than promised', () => {
  // Two at a time: much of each is waiting.
  // oxlint-disable-next-line vitest/expect-expect -- expectSound() does that.
  test.each([
    [
      'one server, and one server with strict processes',
      [
        { site: singleSite, maxStaleness: '1s' },
        { site: singleSite, maxStaleness: '0' },
      ],
    ],
    [
      'Sentinel and Cluster',
      [
        { site: sentinelSite, maxStaleness: '1s' },
        { site: clusterSite, maxStaleness: '1s' },
      ],
    ],
  ] as const)(
    '%s',
    async (_, scenarios) => {
      const run = (scenario: (typeof scenarios)[number]): Promise<Report> =>
        runScenario({ ...scenario, seconds: SECONDS });
      for (const report of await Promise.all(scenarios.map(run))) expectSound(report);
    },
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
