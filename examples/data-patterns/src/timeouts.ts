import { createCache } from '@shelflife/core';
import { createHandClock, MINUTE, SECOND } from './support/clock.js';
import { got, step } from './support/say.js';

const clock = createHandClock();
const cache = createCache({ clock });
let slowness = 0;

/** Asks a service that takes its time. */
async function askService(): Promise<string> {
  const answered = new Promise<void>((resolve) => clock.after(slowness, resolve));
  console.log('    [service] asked');
  if (slowness > 0) await answered;
  console.log('    [service] answers');
  return `rates of minute ${Math.round((clock.now() - Date.UTC(2026, 0, 1)) / MINUTE)}`;
}

/** A caller with an old value waits for 200 ms at most, and one without for 5 seconds. */
function rates(): Promise<string> {
  return cache.wrap('rates', askService, {
    ttl: '1m',
    staleIfError: '1h',
    timeout: { soft: '200ms', hard: '5s' },
  });
}

await rates();
step('The value is no longer fresh, and the service takes 3 seconds. After 200 ms the old value is served:');
await clock.pass(2 * MINUTE);
slowness = 3 * SECOND;
const waiting = rates();
await clock.pass(200);
got(await waiting);

step('The load goes on behind the call, and who comes later has its value:');
await clock.pass(3 * SECOND);
got(await rates());

step('Nothing stored, and a service that does not answer at all: after 5 seconds the caller is told.');
await cache.delete('rates');
slowness = 10 * MINUTE;
const failing = rates().catch((error: Error) => got(error.message));
await clock.pass(5 * SECOND);
await failing;
