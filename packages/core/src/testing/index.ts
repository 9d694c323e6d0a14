/**
 * For tests: of adapters, of stores, and of applications that use a cache. Needs vitest, and supertest for what
 * sends requests.
 */
export {
  type App,
  type Counted,
  counted,
  eventually,
  gate,
  type Gate,
  startApp,
  startOne,
} from './adapter/app.js';
export { send, sendRaw, type TestResponse } from './adapter/client.js';
export type { RunningHost, TestAnswer, TestApp, TestHost, TestRequest, TestRoute } from './adapter/host.js';
export { listen, nodeHost, runRoute, setLate } from './adapter/node-host.js';
export { adapterSuite } from './adapter/suite.js';
export { dataSuite } from './data-suite.js';
export { fakeClock, type FakeClock } from './fake-clock.js';
export { type Fault, type Faults, faultyStore, SLOW_MS } from './faulty-store.js';
export { logSuite } from './log-suite.js';
export { mapStore } from './map-store.js';
export { memoryTransport, type MemoryTransport } from './memory-transport.js';
export { assertSameForAll } from './same-for-all.js';
export { storeSuite } from './store-suite.js';
