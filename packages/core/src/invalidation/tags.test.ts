import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL, keyName, pathName, tagName, targetName } from './tags.js';

const SPACES: Record<string, (text: string) => string> = {
  tag: tagName,
  key: keyName,
  path: pathName,
  target: (text) => targetName('shop.example', text),
};

test('what reads the same is not the same in another name space', () => {
  for (const text of ['/a', '*', '', '5:/a', 't:/a', 'shop.example /a', 'x'.repeat(500)]) {
    const names = [ALL, ...Object.values(SPACES).map((nameOf) => nameOf(text))];
    expect(new Set(names).size).toBe(5);
  }
});

test('a target is a host and a path', () => {
  expect(targetName('a.example', '/b')).not.toBe(targetName('b.example', '/b'));
  expect(targetName('a.example', '/b')).not.toBe(targetName('a.example', '/c'));
  expect(targetName('a.example', '/b')).not.toBe(pathName('/b'));
});

test('a text that looks like the digest of a long one is not taken for it', () => {
  const long = 'a'.repeat(201);
  const digest = tagName(long).slice('t#'.length);
  for (const text of [digest, `#${digest}`, `t#${digest}`]) expect(tagName(text)).not.toBe(tagName(long));
});

test('property: different texts have different names, of 202 characters at most', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ minLength: 190, maxLength: 210 }),
    fc.constantFrom('a', '#', 'a'.repeat(199), 'a'.repeat(200), 'a'.repeat(201), 'a'.repeat(5000)),
  );
  const named = fc.tuple(fc.constantFrom(...Object.keys(SPACES)), text);
  fc.assert(
    fc.property(named, named, ([space, one], [otherSpace, other]) => {
      const names = [SPACES[space]!(one), SPACES[otherSpace]!(other)];
      for (const name of names) expect(name.length).toBeLessThanOrEqual(202);
      expect(names[0] === names[1]).toBe(space === otherSpace && one === other);
    }),
    { numRuns: 2000 },
  );
});
