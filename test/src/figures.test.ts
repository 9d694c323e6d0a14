import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packages, root } from '../support/workspace.js';
import { pagesOf } from '../support/readme.js';

interface Result {
  readonly counts: Readonly<Record<'required' | 'optimal', { readonly good: number; readonly of: number }>>;
}

/** What `npm run conformance -- --write` has found, as the pages put it. */
const FOUND = ['express', 'fastify', 'nestjs'].map((adapter) => {
  const file = join(root, 'test/conformance/results', `${adapter}.json`);
  const { required, optimal } = (JSON.parse(readFileSync(file, 'utf8')) as Result).counts;
  return [
    `${required.good} of ${required.of} applicable required`,
    `${optimal.good} of ${optimal.of} optimal`,
  ];
});

it('the figures of the conformance suite that the pages tell are those of each adapter', () => {
  const pages = ['root', ...packages('packages')].flatMap(pagesOf);
  // A paragraph may break anywhere.
  const texts = pages.map(({ text }) => text.replaceAll(/\s+/g, ' '));
  const told = texts.flatMap((text) => [
    ...text.matchAll(/(\d+ of \d+ applicable required) tests.*?(\d+ of \d+ optimal)/g),
  ]);
  expect(told.length).toBeGreaterThan(1);
  for (const [, required, optimal] of told)
    for (const found of FOUND) expect([required, optimal]).toEqual(found);
});
