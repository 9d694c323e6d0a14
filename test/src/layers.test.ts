import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../support/workspace.js';

/** A line of code in a file of a layer, and whether the lint rules must refuse it. */
type Case = readonly [verdict: 'refuses' | 'allows', file: string, code: string];

const cases: readonly Case[] = [
  ['refuses', 'core/src/errors.ts', `import './memory/table.js';`],
  ['refuses', 'core/src/clock.ts', `import type { Rule } from './rule/types.js';`],
  ['refuses', 'core/src/events.ts', `import './cache.js';`],
  ['refuses', 'core/src/events.ts', `import './http/vary.js';`],
  ['allows', 'core/src/events.ts', `import './http/message.js';`],
  ['refuses', 'core/src/http/message.ts', `import '../key/encode.js';`],
  ['refuses', 'core/src/http/age.ts', `import '../memory/table.js';`],
  ['refuses', 'core/src/http/age.ts', `import 'node:http';`],
  ['refuses', 'core/src/http/age.ts', `Date.now();`],
  [
    'allows',
    'core/src/http/age.ts',
    `import '../rule/duration.js'; import '../errors.js'; import etag from 'etag';`,
  ],
  ['refuses', 'core/src/key/encode.ts', `export * from '../store/frame.js';`],
  ['refuses', 'core/src/key/encode.ts', `import 'node:fs/promises';`],
  ['refuses', 'core/src/key/encode.ts', `import 'node:net';`],
  ['refuses', 'core/src/rule/resolve.ts', `import type { Cache } from '../cache.js';`],
  ['refuses', 'core/src/rule/resolve.ts', `import 'timers/promises';`],
  ['refuses', 'core/src/rule/resolve.ts', `setTimeout(() => 1, 1);`],
  ['refuses', 'core/src/invalidation/log.ts', `import '../exchange/open.js';`],
  ['refuses', 'core/src/memory/policies/lru.ts', `import '../../exchange/open.js';`],
  [
    'allows',
    'core/src/memory/policies/lru.ts',
    `import '../table.js'; import '../../clock.js'; import '../../key/tag.js';`,
  ],
  ['refuses', 'core/src/store/file.ts', `import 'ioredis';`],
  ['allows', 'core/src/store/file.ts', `import 'node:fs/promises'; setTimeout(() => 1, 1);`],
  ['refuses', 'core/src/exchange/open.ts', `import '../cache.js';`],
  ['refuses', 'core/src/exchange/open.ts', `import type { IncomingMessage } from 'node:http';`],
  ['allows', 'core/src/exchange/open.ts', `import '../memory/table.js'; import '../data/wrap.js';`],
  ['refuses', 'core/src/data/wrap.ts', `import '../node/view.js';`],
  ['refuses', 'core/src/outbound/fetcher.ts', `import '../cache.js';`],
  ['refuses', 'core/src/memory/table.ts', `import '../outbound/fetcher.js';`],
  ['allows', 'core/src/outbound/fetcher.ts', `import '../exchange/storage.js'; import '../data/retries.js';`],
  ['refuses', 'core/src/cache.ts', `import './node/view.js';`],
  ['refuses', 'core/src/index.ts', `export * from './testing/index.js';`],
  ['allows', 'core/src/cache.ts', `import './exchange/open.js'; import './events.js';`],
  ['refuses', 'core/src/node/view.ts', `import '../testing/clock.js';`],
  ['refuses', 'core/src/node/view.ts', `import type { Request } from 'express';`],
  ['allows', 'core/src/node/view.ts', `import 'node:http'; import '../cache.js';`],
  ['refuses', 'core/src/testing/adapter.ts', `import 'fastify';`],
  [
    'allows',
    'core/src/testing/adapter.ts',
    `import '../node/view.js'; import '../cache.js'; import 'vitest';`,
  ],
  ['allows', 'core/src/http/age.test.ts', `import '../testing/clock.js'; import '@shelflife/core/testing';`],
  ['refuses', 'express/src/index.ts', `import '@shelflife/core/testing';`],
  ['refuses', 'express/src/index.ts', `import '@shelflife/core/dist/cache.js';`],
  ['refuses', 'express/src/deep/a.ts', `import '../../../core/src/cache.js';`],
  [
    'allows',
    'express/src/index.ts',
    `import '@shelflife/core'; import '@shelflife/core/node'; import 'express';`,
  ],
  ['allows', 'express/src/index.test.ts', `import '@shelflife/core/testing';`],
];

const home = mkdtempSync(join(tmpdir(), 'shelflife-layers-'));
/** Each case lies in a tree of its own: `<number>/packages/…`. */
const refused = new Set<number>();

beforeAll(() => {
  for (const [index, [, file, code]] of cases.entries()) {
    const path = join(home, String(index), 'packages', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${code}\n`);
    copyFileSync(join(root, '.oxlintrc.layers.json'), join(home, String(index), '.oxlintrc.json'));
  }
  const oxlint = join(root, 'node_modules/.bin/oxlint');
  const { stdout } = spawnSync(oxlint, ['--format=json', '-A', 'all'], { cwd: home, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  for (const { filename, code } of diagnostics) {
    if (code.startsWith('eslint(no-restricted-')) refused.add(Number.parseInt(filename, 10));
  }
});
afterAll(() => rmSync(home, { recursive: true }));

it.each(cases.map((row, index) => [...row, index] as const))(
  'the linter %s in %s: %s',
  (verdict, _, __, index) => {
    expect(refused.has(index)).toBe(verdict === 'refuses');
  },
);

it('the linter of the repository has these rules', () => {
  const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { extends: string[] };
  expect(config.extends).toContain('./.oxlintrc.layers.json');
});
