import { randomUUID } from 'node:crypto';
import type { Lease } from '@shelflife/core';
import type { Keys } from './keys.js';
import type { Links } from './link.js';
import { runScript, script } from './script.js';

// What lies under the key is compared with what the caller has seen by its length and its last bytes, a checksum:
// the value itself travels only when it is another one.
const TAIL_BYTES = 16;

const TAKE = script(`
local length = redis.call('STRLEN', KEYS[1])
if length > 0 and (length ~= tonumber(ARGV[3]) or redis.call('GETRANGE', KEYS[1], -${TAIL_BYTES}, -1) ~= ARGV[4]) then
  return redis.call('GET', KEYS[1])
end
return redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0`);

const RENEW = script(`
return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0`);

const RELEASE = script(`
return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0`);

const NOTHING = Buffer.alloc(0);

/** The lease of a store: a key that expires, with a token that only its holder knows. */
export function createLease(links: Links, keys: Keys): Lease {
  return {
    async take(key, ttlMs, seen = NOTHING) {
      const token = randomUUID();
      const tail = Buffer.from(seen.subarray(-TAIL_BYTES));
      const args = [token, ttlMs, seen.byteLength, tail];
      const reply = await links
        .to('commands')
        .use((connection) => runScript(connection, TAKE, [keys.entry(key), keys.lease(key)], args));
      if (Buffer.isBuffer(reply)) return { value: reply };
      return reply === 1 ? { token } : {};
    },
    async renew(key, token, ttlMs) {
      const reply = await links
        .to('commands')
        .use((connection) => runScript(connection, RENEW, [keys.lease(key)], [token, ttlMs]));
      return reply === 1;
    },
    async release(key, token) {
      await links
        .to('commands')
        .use((connection) => runScript(connection, RELEASE, [keys.lease(key)], [token]));
    },
  };
}
