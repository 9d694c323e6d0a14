import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeParts } from './encode.js';

/** The way back. That there is one proves that no two lists share a text. */
function decodeParts(text: string): (string | undefined)[] {
  const parts: (string | undefined)[] = [];
  for (let rest = text; rest !== '';) {
    const [head, digits] = /^(?:-|(\d+):)/.exec(rest) ?? [''];
    const length = Number(digits ?? 0);
    parts.push(digits === undefined ? undefined : rest.slice(head.length, head.length + length));
    rest = rest.slice(head.length + length);
  }
  return parts;
}

const part = fc.oneof(
  fc.constant(undefined),
  fc.string({
    unit: fc.constantFrom('', ':', '|', '-', '\u001e', '\u001f', '\0', '0', '1', '5:', 'a', '\ud800', 'é'),
  }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'),
);

test('K01 every list of parts can be read back from its text', () => {
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      expect(decodeParts(encodeParts(parts))).toEqual(parts);
    }),
    { numRuns: 5000 },
  );
});

const different: readonly (readonly (readonly (string | undefined)[])[])[] = [
  // K03
  [
    ['1234', '56'],
    ['12', '3456'],
  ],
  [
    ['', 'a'],
    ['a', ''],
  ],
  [[''], [undefined]],
  [[], ['']],
  [[undefined], []],
  [['-'], [undefined]],
  [['a', 'b'], ['a:b']],
  [['a|b'], ['a', 'b']],
  [['1:a'], ['a']],
  // K05
  ['é'.normalize('NFC'), 'é'.normalize('NFD')].map((text) => [text]),
  // K06
  [['__proto__'], ['constructor']],
];

test.each(different)('K03 %j and %j differ', (one, other) => {
  expect(encodeParts(one ?? [])).not.toBe(encodeParts(other ?? []));
});

test('the text is readable', () => {
  expect(encodeParts(['hello', undefined, ''])).toBe('5:hello-0:');
});
