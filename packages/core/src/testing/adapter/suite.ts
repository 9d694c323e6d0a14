import { describe } from 'vitest';
import { bytesCases } from './bytes.js';
import type { TestHost } from './host.js';

/**
 * The tests that every adapter must pass, on real sockets. An adapter's own test is one call:
 * `adapterSuite({ name: 'Express 5', start })`.
 */
export function adapterSuite(host: TestHost): void {
  describe(`${host.name}: adapter suite`, () => {
    bytesCases(host);
  });
}
