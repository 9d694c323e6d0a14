import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifest, packages, root } from '../support/workspace.js';

it('core depends on exactly these packages', () => {
  const {
    dependencies = {},
    peerDependencies = {},
    peerDependenciesMeta,
  } = manifest(join(root, 'packages/core'));
  // compressible: which media types are worth coding. etag: the tags that Express makes. light-my-request: refreshes.
  expect(Object.keys(dependencies).toSorted()).toEqual(['compressible', 'etag', 'light-my-request']);
  // For `@shelflife/core/testing` alone.
  expect(Object.keys(peerDependencies)).toEqual(['supertest', 'vitest']);
  expect(peerDependenciesMeta).toEqual({ supertest: { optional: true }, vitest: { optional: true } });
});

it.each(packages('packages'))('no source file of %s is longer than 250 lines', (name) => {
  const folder = join(root, 'packages', name, 'src');
  const lengths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, lines: readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').length }));
  expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
});
