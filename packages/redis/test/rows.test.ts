import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const rows = [...readme.matchAll(/^\| (F\d\d) +\|[^|]*\|(.*)\|$/gm)].map(
  ([, id, tests]) => [id!, tests!] as const,
);

test('the table has the rows of this tier', () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(rows)('%s is a test in every file that its row names before the first semicolon', (id, tests) => {
  const named = /^ *(?:by|nothing)/.test(tests) ? [] : [...tests.split(';')[0]!.matchAll(/`([^`]+)`/g)];
  for (const [, path] of named) {
    const text = readFileSync(new URL(`../../${path!}`, import.meta.url), 'utf8');
    expect([path, new RegExp(`\\b${id}\\b`).test(text)]).toEqual([path, true]);
  }
});
