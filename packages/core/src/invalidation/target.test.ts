import { describe, expect, test } from 'vitest';
import { userKey } from '../key/user-key.js';
import { ALL, keyName, pathName, tagName } from './tags.js';
import { type InvalidationTarget, namesOfTarget } from './target.js';

describe('a target', () => {
  test.each<[InvalidationTarget, readonly string[]]>([
    [{ tags: ['a', 'b, c'] }, [tagName('a'), tagName('b, c')]],
    [{ keys: ['a', ['a', 'b']] }, [keyName(userKey('a')), keyName(userKey(['a', 'b']))]],
    [{ paths: ['/', '/a%20b'] }, [pathName('/'), pathName('/a%20b')]],
    [{ all: true }, [ALL]],
    [{ tags: ['a'], paths: ['/a'], all: true, mode: 'stale' }, [tagName('a'), pathName('/a'), ALL]],
  ])('%j', (target, names) => {
    expect(namesOfTarget(target)).toEqual(names);
  });

  const KNOWN = ' Known options: tags, keys, paths, all, mode, durability.';
  const NOTHING = 'invalidate(): nothing to invalidate. Give tags, keys, paths or all: true.';

  test.each<[unknown, string]>([
    [{}, NOTHING],
    [{ tags: [] }, NOTHING],
    [{ tags: [], keys: [], paths: [] }, NOTHING],
    [{ all: false }, NOTHING],
    [{ mode: 'stale' }, NOTHING],
    [{ tags: 'a' }, `invalidate().tags: expected an array, got 'a'. Write ['a'].`],
    [{ paths: '/a' }, `invalidate().paths: expected an array, got '/a'. Write ['/a'].`],
    [{ tags: [7] }, `invalidate().tags: expected a tag such as 'product:1', got 7 (number).`],
    [{ tags: [''] }, `invalidate().tags: expected a tag such as 'product:1', got an empty string.`],
    [{ tags: ['a\nb'] }, `invalidate().tags: the tag 'a\nb' holds a control character.`],
    [{ keys: [''] }, `invalidate().keys: expected a non-empty string, an array of strings, got ''.`],
    [{ keys: [7] }, 'invalidate().keys: expected a non-empty string, an array of strings, got 7 (number).'],
    [
      { keys: [[]] },
      'invalidate().keys: expected a non-empty string, an array of strings, got an array of 0.',
    ],
    [{ paths: ['a'] }, `invalidate().paths: expected a path such as '/products/1', got 'a'.`],
    [{ paths: [/a/] }, `invalidate().paths: expected a path such as '/products/1', got an object.`],
    [
      { paths: ['/a?b=1'] },
      `invalidate().paths: '/a?b=1' has a query. Write the path alone: all its queries are invalidated.`,
    ],
    [
      { paths: ['/a/*'] },
      `invalidate().paths: '/a/*' looks like a pattern. Paths are exact; use a tag for a group of them.`,
    ],
    [{ paths: ['/ä b'] }, `invalidate().paths: '/ä b' is not as clients send it. Use encodeURI().`],
    [{ tags: ['a'], mode: 'soft' }, `invalidate().mode: expected 'remove' or 'stale', got 'soft'.`],
  ])('%j is refused with the fix', (target, message) => {
    const call = (): unknown => namesOfTarget(target as InvalidationTarget);
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_TARGET', message }));
  });

  test.each<[unknown, string]>([
    [{ tag: ['a'] }, `invalidate().tag: unknown option. Did you mean 'tags'?`],
    [{ path: ['/a'] }, `invalidate().path: unknown option. Did you mean 'paths'?`],
    ['a', `invalidate(): expected an object of options, got 'a'.${KNOWN}`],
    [undefined, `invalidate(): expected an object of options, got undefined.${KNOWN}`],
  ])('%j is no target', (target, message) => {
    const call = (): unknown => namesOfTarget(target as InvalidationTarget);
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }));
  });
});
