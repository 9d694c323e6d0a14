import { describe, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import type { LogTransport } from '../invalidation/transport.js';
import { logChecks } from './log-checks.js';

/**
 * The tests that every {@link LogTransport} must pass, and those of the shared log over it, as one group of vitest
 * tests. `connect` joins the sequence with this name, 1 to 60 characters of `[a-z0-9-]`, as one process; several do
 * so in each test, and every test takes a new name.
 *
 * `logSuite('redis', (name) => redisStore({ url, keyPrefix: name }).log!)`
 */
export function logSuite(
  title: string,
  connect: (sequence: string) => LogTransport | Promise<LogTransport>,
): void {
  describe(`the log ${title}`, () => {
    // oxlint-disable-next-line vitest/expect-expect -- the checks do that.
    test.each(logChecks)(
      '%s',
      async (_, check) => {
        const sequence = `log-${randomUUID()}`;
        const opened: LogTransport[] = [];
        try {
          await check(async () => {
            const transport = await connect(sequence);
            opened.push(transport);
            return transport;
          });
        } finally {
          await Promise.all(opened.map((transport) => transport.close()));
        }
      },
      20_000,
    );
  });
}
