import { expect, test } from 'vitest';
import type { SuiteTest } from './checkout.js';
import { beStrict } from './strict.js';

/** As the suite asks whether a field that must be absent is there. */
function stillHas(headers: Headers, name: string): boolean {
  return headers.has(name) && Boolean((headers as unknown as Record<string, string>)[name]);
}

test('a field that must be absent is found when it is there', () => {
  class OwnHeaders extends Headers {}
  const of = (missing: readonly (string | readonly string[])[]): SuiteTest => ({
    id: 'a',
    name: 'a',
    requests: [{}, { expected_response_headers_missing: missing }],
  });
  const headers = new OwnHeaders({ te: 'trailers', upgrade: 'h2c' });
  expect(stillHas(headers, 'TE')).toBe(false);
  beStrict([of(['Upgrade', ['TE', 'trailers']]), of([['TE', 'x']])], OwnHeaders.prototype);
  expect(stillHas(headers, 'TE')).toBe(true);
  // It is asked for by name alone, which works without help.
  expect('Upgrade' in headers).toBe(false);
  expect(stillHas(new OwnHeaders(), 'TE')).toBe(false);
});
