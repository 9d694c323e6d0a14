import { parseArgs } from 'node:util';
import { type Report, runScenario, type Scenario } from './scenario.js';
import { clusterSite, sentinelSite, singleSite } from './sites.js';

/** `npm run chaos -- --seconds 300 --only single`: all forms of Redis, one after the other. */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '100' }, only: { type: 'string' } },
});
const seconds = Number(values.seconds);

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  single: { site: singleSite, seconds, maxStaleness: '1s' },
  strict: { site: singleSite, seconds, maxStaleness: '0' },
  sentinel: { site: sentinelSite, seconds, maxStaleness: '1s' },
  cluster: { site: clusterSite, seconds, maxStaleness: '1s' },
};

function print(name: string, report: Report): void {
  const { faults, violations, wrong, ...numbers } = report;
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0);
  console.log(`\n${name}: ${violations.length} violations, ${wrong.length} wrong answers, ${total} faults`);
  console.log(numbers);
  console.log(Object.fromEntries(faults));
  for (const violation of violations.slice(0, 5)) console.log(violation);
  for (const problem of wrong.slice(0, 5)) console.log(problem);
}

const names = values.only === undefined ? Object.keys(SCENARIOS) : values.only.split(',');
let isSound = true;
for (const name of names) {
  const report = await runScenario(SCENARIOS[name]!);
  print(name, report);
  isSound &&= report.violations.length === 0 && report.wrong.length === 0;
  // A cache that serves nothing keeps every promise.
  if (report.hits < 0.1) console.log('too few hits to say anything: give it a machine that is less busy');
  isSound &&= report.hits >= 0.1;
}
console.log(isSound ? '\nEvery answer was as new as promised.' : '\nNOT SOUND.');
process.exitCode = isSound ? 0 : 1;
