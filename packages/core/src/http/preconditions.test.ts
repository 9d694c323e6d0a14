import { describe, expect, test } from 'vitest';
import { conditionalStatus } from './preconditions.js';

const CHANGED = 'Tue, 06 Jan 2026 10:00:00 GMT';
const BEFORE = 'Mon, 05 Jan 2026 10:00:00 GMT';
const AFTER = 'Wed, 07 Jan 2026 10:00:00 GMT';
const CURRENT = { etag: '"a"', 'last-modified': CHANGED };

describe('the order of conditions (RFC 9110 section 13.2.2)', () => {
  test.each<[request: Record<string, string>, get: 304 | 412 | undefined, put: 412 | undefined]>([
    [{}, undefined, undefined],
    [{ 'if-match': '"a"' }, undefined, undefined],
    [{ 'if-match': '"b","a"' }, undefined, undefined],
    [{ 'if-match': ' * ' }, undefined, undefined],
    [{ 'if-match': '"b"' }, 412, 412],
    [{ 'if-match': 'W/"a"' }, 412, 412],
    [{ 'if-match': '' }, 412, 412],
    [{ 'if-unmodified-since': CHANGED }, undefined, undefined],
    [{ 'if-unmodified-since': BEFORE }, 412, 412],
    [{ 'if-unmodified-since': 'Mon, 05 Jan 2026' }, undefined, undefined],
    [{ 'if-none-match': '"a"' }, 304, 412],
    [{ 'if-none-match': 'W/"a"' }, 304, 412],
    [{ 'if-none-match': '*' }, 304, 412],
    [{ 'if-none-match': '"b"' }, undefined, undefined],
    // Only GET and HEAD know If-Modified-Since (section 13.1.3).
    [{ 'if-modified-since': AFTER }, 304, undefined],
    [{ 'if-match': '"a"', 'if-unmodified-since': BEFORE }, undefined, undefined],
    [{ 'if-match': '"b"', 'if-none-match': '"a"' }, 412, 412],
    [{ 'if-match': '"a"', 'if-none-match': '"a"' }, 304, 412],
    [{ 'if-unmodified-since': BEFORE, 'if-none-match': '"b"' }, 412, 412],
    [{ 'if-none-match': '"b"', 'if-modified-since': AFTER }, undefined, undefined],
  ])('%j: GET %s, PUT %s', (request, get, put) => {
    const current = { status: 200, headers: CURRENT };
    expect(conditionalStatus('GET', request, current)).toBe(get);
    expect(conditionalStatus('HEAD', request, current)).toBe(get);
    expect(conditionalStatus('PUT', request, current)).toBe(put);
  });
});

test.each([
  [199, undefined, undefined],
  [200, 412, 304],
  [203, 412, undefined],
  [299, 412, undefined],
  [304, undefined, undefined],
  [404, undefined, undefined],
])('a %i becomes %s by a precondition and %s by a validation (section 13.2.1)', (status, failed, same) => {
  const current = { status, headers: CURRENT };
  expect(conditionalStatus('GET', { 'if-match': '"b"' }, current)).toBe(failed);
  expect(conditionalStatus('GET', { 'if-none-match': '"a"' }, current)).toBe(same);
});

test.each<[Record<string, string>]>([[{ 'if-match': '"a"' }], [{ 'if-match': 'W/"a"' }]])(
  '%j matches no weak tag and no missing one (section 13.1.1)',
  (request) => {
    for (const headers of [{ etag: 'W/"a"' }, {}, { etag: '' }])
      expect(conditionalStatus('GET', request, { status: 200, headers })).toBe(412);
  },
);
