import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programsOf, readmeOf } from '../../../test/support/readme.js';
import { runProgram } from '../../../test/support/readme-program.js';
import { type RedisServer, startRedis } from '../../../test/support/servers/redis.js';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

describe('the programs of the README run as written', () => {
  let redis: RedisServer;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis.stop());

  const programs = programsOf(readmeOf('redis')).map((program, at) => ({
    title: `program ${at + 1}`,
    program,
  }));
  // oxlint-disable-next-line vitest/expect-expect -- runProgram() does that.
  it.each(programs)('$title', ({ program }) => runProgram(program, FOLDER, { REDIS_URL: redis.url }), 30_000);
});
