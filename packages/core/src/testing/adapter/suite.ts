import { describe } from 'vitest';
import { bytesCases } from './bytes.js';
import { adviceCases } from './advice.js';
import { askingCases } from './asking.js';
import { conditionalCases } from './conditional.js';
import { controlCases } from './control.js';
import { headCases } from './head.js';
import { lifetimeCases } from './lifetimes.js';
import { limitCases } from './limits.js';
import { poisoningAnswerCases } from './poisoning-answers.js';
import { poisoningRequestCases } from './poisoning-requests.js';
import { poisoningCases } from './poisoning.js';
import { storingCases } from './storing.js';
import { unkeyedCases } from './unkeyed.js';
import { connectionCases } from './connections.js';
import { deceptionCases } from './deception.js';
import { faultCases } from './faults.js';
import { flightCases } from './flights.js';
import { keyCases } from './keys.js';
import { ruleFunctionCases } from './rule-functions.js';
import { storeFaultCases } from './store-faults.js';
import { unsharedCases } from './unshared.js';
import { waiterCases } from './waiters.js';
import { userContextCases } from './user-context.js';
import { userCases } from './users.js';
import type { TestHost } from './host.js';
import { refreshCases } from './refreshes.js';
import { staleCases } from './stale.js';
import { staleIfErrorCases } from './stale-if-error.js';
import { lateFillCases } from './late-fills.js';
import { invalidationCases } from './invalidation.js';

/**
 * The tests that every adapter must pass, on real sockets. An adapter's own test is one call:
 * `adapterSuite({ name: 'Express 5', start })`.
 */
export function adapterSuite(host: TestHost): void {
  describe(`${host.name}: adapter suite`, () => {
    bytesCases(host);
    conditionalCases(host);
    headCases(host);
    storingCases(host);
    lifetimeCases(host);
    controlCases(host);
    limitCases(host);
    askingCases(host);
    poisoningCases(host);
    unkeyedCases(host);
    poisoningRequestCases(host);
    poisoningAnswerCases(host);
    staleCases(host);
    refreshCases(host);
    staleIfErrorCases(host);
    lateFillCases(host);
    invalidationCases(host);
    deceptionCases(host);
    keyCases(host);
    userCases(host);
    userContextCases(host);
    flightCases(host);
    waiterCases(host);
    unsharedCases(host);
    faultCases(host);
    connectionCases(host);
    ruleFunctionCases(host);
    storeFaultCases(host);
    adviceCases(host);
  });
}
