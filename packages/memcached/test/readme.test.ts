import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programsOf, readmeOf } from '../../../test/support/readme.js';
import { runProgram } from '../../../test/support/readme-program.js';
import { type MemcachedServer, startMemcached } from '../../../test/support/servers/memcached.js';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

describe('the programs of the README run as written', () => {
  let redis: RedisServer;
  let memcached: MemcachedServer;
  beforeAll(async () => {
    [redis, memcached] = await Promise.all([startRedis(), startMemcached()]);
  });
  afterAll(() => Promise.all([redis.stop(), memcached.stop()]));

  const programs = programsOf(readmeOf('memcached')).map((program, at) => ({
    title: `program ${at + 1}`,
    program,
  }));
  // oxlint-disable-next-line vitest/expect-expect -- runProgram() does that.
  it.each(programs)(
    '$title',
    ({ program }) => runProgram(program, FOLDER, { REDIS_URL: redis.url, MEMCACHED: memcached.address }),
    30_000,
  );
});
