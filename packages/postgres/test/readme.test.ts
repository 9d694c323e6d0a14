import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { programsOf, readmeOf } from '../../../test/support/readme.js';
import { runProgram } from '../../../test/support/readme-program.js';
import { type PostgresServer, startPostgres } from '../../../test/support/servers/postgres.js';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

describe('the programs of the README run as written', () => {
  let server: PostgresServer;
  beforeAll(async () => void (server = await startPostgres()));
  afterAll(() => server.stop());

  const programs = programsOf(readmeOf('postgres')).map((program, at) => ({
    title: `program ${at + 1}`,
    program,
  }));
  // oxlint-disable-next-line vitest/expect-expect -- runProgram() does that.
  it.each(programs)(
    '$title',
    ({ program }) => runProgram(program, FOLDER, { DATABASE_URL: server.url }),
    30_000,
  );
});
