import type { SuiteTest } from './checkout.js';

/**
 * The suite looks up a field that must be absent as a property of a `Headers` object, where it never is, so nine of
 * its tests cannot fail. With properties of these names they can. `prototype`: that of the `Headers` it uses.
 */
export function beStrict(tests: readonly SuiteTest[], prototype: object = Headers.prototype): void {
  const absent = tests.flatMap(({ requests }) =>
    requests.flatMap(({ expected_response_headers_missing: missing = [] }) => missing),
  );
  for (const field of absent) {
    if (typeof field === 'string' || field[0] === undefined || field[0] in prototype) continue;
    const [name] = field;
    Object.defineProperty(prototype, name, {
      get(this: Headers) {
        return this.get(name);
      },
    });
  }
}
