import { describe, expect, test } from 'vitest';
import { type Report, runScenario, type Scenario } from './scenario.js';
import { clusterSite, sentinelSite, singleSite } from './sites.js';

// In all half a minute. Minutes of it: `npm run chaos`.
const SECONDS = 8;

function expectSound({ violations, wrong, answers, hits, acknowledged }: Report): void {
  expect(wrong).toEqual([]);
  expect(violations).toEqual([]);
  // A cache that answers nothing keeps every promise.
  expect(answers).toBeGreaterThan(300);
  expect(hits).toBeGreaterThan(0.1);
  expect(acknowledged).toBeGreaterThan(3);
}

type Setting = Pick<Scenario, 'site' | 'maxStaleness'>;

describe('four processes, requests and invalidations, while things go wrong: no answer is older than promised', () => {
  // Two at the same time: what is wrong takes seconds, in which most of them wait.
  test.each<readonly [title: string, one: Setting, other: Setting]>([
    [
      'one server; Cluster',
      { site: singleSite, maxStaleness: '1s' },
      { site: clusterSite, maxStaleness: '1s' },
    ],
    [
      'one server, strict; Sentinel',
      { site: singleSite, maxStaleness: '0' },
      { site: sentinelSite, maxStaleness: '1s' },
    ],
  ])(
    '%s',
    async (_, one, other) => {
      const reports = await Promise.all(
        [one, other].map((setting) => runScenario({ ...setting, seconds: SECONDS })),
      );
      reports.forEach(expectSound);
    },
    120_000,
  );

  test('and a cache that trusts its memory for longer than it says is found out', async () => {
    const report = await runScenario({
      site: singleSite,
      seconds: 6,
      maxStaleness: '1s',
      broken: '60s',
      only: ['one process cut off'],
    });
    expect(report.violations.length).toBeGreaterThan(0);
    expect(report.wrong).toEqual([]);
  }, 120_000);
});
