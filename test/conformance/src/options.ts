import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutFolder } from './checkout.js';
import { ADAPTERS, type Target } from './hosts/index.js';

/** What `npm run conformance` is asked to do. */
export interface RunOptions {
  /** Puts our own probes instead of the suite. */
  readonly probes: boolean;
  /** Puts the structured-field vectors in this folder instead of the suite. */
  readonly structured: string | undefined;
  /** The folder of the suite. */
  readonly suite: string;
  readonly targets: readonly Target[];
  readonly only: readonly string[] | undefined;
  readonly dump: boolean;
  /** Lets the adapters answer ahead of their framework. */
  readonly ahead: boolean;
  readonly write: boolean;
}

export const USAGE = `npm run conformance -- [--suite FOLDER] [--adapter express|fastify|nestjs|none] [--only ID,ID] [--ahead] [--dump] [--write]
npm run conformance -- --probes [--adapter express|fastify|nestjs]
npm run conformance -- --structured FOLDER

  --suite    a checkout of https://github.com/http-tests/cache-tests, installed with npm install --omit=dev.
             Default: $CACHE_TESTS, else .cache/cache-tests in the repository
  --adapter  may be given several times; none is the proxy without a cache. Default: express, fastify, nestjs
  --only     these tests (and, not counted, those they depend on)
  --ahead    answers hits ahead of the framework
  --dump     prints every request and response on both sides
  --write    saves the results in test/conformance/results and the differences in its README
  --probes   25 probes of our own over a plain rule; they need no checkout
  --structured  the parsing vectors of a checkout of https://github.com/httpwg/structured-field-tests`;

/** @throws Error that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string' },
      adapter: { type: 'string', multiple: true, default: [...ADAPTERS] },
      only: { type: 'string' },
      ahead: { type: 'boolean', default: false },
      dump: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      probes: { type: 'boolean', default: false },
      structured: { type: 'string' },
    },
  });
  const { suite, adapter, only, ahead, dump, write, probes, structured } = values;
  if (write && (only !== undefined || ahead || adapter.length < ADAPTERS.length))
    throw new Error('--write is for the whole suite through all adapters, on their ordinary way.');
  return {
    probes,
    ahead,
    dump,
    write,
    only: only?.split(','),
    structured: structured === undefined ? undefined : namedFolder(structured),
    suite: suite === undefined ? checkoutFolder() : namedFolder(suite),
    targets: adapter.map(targetOf),
  };
}

/** npm runs scripts elsewhere than it was called. */
function namedFolder(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '', path);
}

function targetOf(name: string): Target {
  const found = [...ADAPTERS, 'none' as const].find((each) => each === name);
  if (found === undefined) throw new Error(`There is no adapter ${name}.`);
  return found;
}
