import { describe, expect, test } from 'vitest';
import { runVectors } from './structured.js';

const folder = process.env['SF_TESTS'];
if (folder === undefined)
  console.warn(
    'NOT RUN: the structured-field vectors, because SF_TESTS names no checkout of ' +
      'https://github.com/httpwg/structured-field-tests. Our own rows are in packages/core/src/http/structured.test.ts.',
  );

describe.skipIf(folder === undefined)('httpwg/structured-field-tests', () => {
  test('every parsing vector is read right', () => {
    const { passed, failed } = runVectors(folder!);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(1500);
  });
});
