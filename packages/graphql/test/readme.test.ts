import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { programsOf, readmeOf } from '../../../test/support/readme.js';
import { runProgram } from '../../../test/support/readme-program.js';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

const programs = programsOf(readmeOf('graphql')).map((program, at) => ({
  title: `program ${at + 1}`,
  program,
}));

// oxlint-disable-next-line vitest/expect-expect -- runProgram() does that.
it.each(programs)(
  'the README runs as written: $title',
  ({ program }) => runProgram(program, FOLDER, {}),
  30_000,
);
