import { describe, expect, test } from 'vitest';
import type { StoredItem } from '../store/frame.js';
import type { StoreTier } from '../store/tier.js';
import { START } from '../testing/made.js';
import { findNow, named, startStorage, textOf } from '../testing/storage.js';

/** A second tier in a map. `kept` tells how long each item is wanted. */
function mapTier() {
  const items = new Map<string, StoredItem>();
  const kept = new Map<string, number>();
  const tier: StoreTier = {
    get: async (key) => items.get(key),
    set(key, item, ttlMs) {
      items.set(key, item);
      kept.set(key, ttlMs);
    },
    delete: (key) => void items.delete(key),
    drain: async () => {},
  };
  return { tier, items, kept };
}

describe('two tiers', () => {
  test('what lies in the second is found there and moves up, a variant as well', async () => {
    const { tier } = mapTier();
    const started = startStorage(tier);
    started.storage.keep('key', named('plain'), {}, []);
    started.storage.keep('url', named('variant'), { a: '1' }, ['a']);
    expect(textOf(findNow(started))).toBe('plain');
    started.memory.clear();
    expect(textOf(await started.storage.find('key', {}))).toBe('plain');
    expect(textOf(await started.storage.find('url', { a: '1' }))).toBe('variant');
    expect(await started.storage.find('url', { a: '2' })).toMatchObject({
      stored: undefined,
      varyNames: ['a'],
    });
    // From now on without the second tier.
    expect(textOf(findNow(started))).toBe('plain');
    expect(textOf(findNow(started, { a: '1' }, 'url'))).toBe('variant');
  });

  test('items are wanted as long as they are good for something', () => {
    const { tier, kept } = mapTier();
    const started = startStorage(tier);
    const key = started.storage.keep('key', named('a'), { a: '1' }, ['a']);
    expect([...kept]).toEqual([
      [key, 30_000],
      ['key', 30_000],
    ]);
  });

  test.each([
    ['remove', 'gone', undefined],
    ['stale', 'stale', 'a'],
  ] as const)(`what lies in the second is invalidated with the rest: '%s'`, async (mode, standing, text) => {
    const started = startStorage(mapTier().tier);
    started.storage.keep('key', named('a'), {}, []);
    started.memory.clear();
    void started.log.append(['t:tag'], mode);
    const found = await started.storage.find('key', {});
    expect([found.standing, textOf(found)]).toEqual([standing, text]);
    expect(started.memory.entries).toBe(text === undefined ? 0 : 1);
  });

  test('what is stored while the second is asked is newer than what lies there', async () => {
    const { tier, items } = mapTier();
    const started = startStorage(tier);
    items.set('key', { kind: 'response', response: named('old') });
    const asking = started.storage.find('key', {});
    started.storage.keep('key', named('new', { requestedAt: START + 1 }), {}, []);
    expect(textOf(await asking)).toBe('new');
    expect(textOf(findNow(started))).toBe('new');
  });

  test('fields that are learned while the second is asked are not forgotten', async () => {
    const { tier, items } = mapTier();
    const started = startStorage(tier);
    items.set('key', { kind: 'vary', names: ['a'] });
    const asking = started.storage.find('key', { a: '1' });
    started.storage.keep('key', named('b'), { b: '1' }, ['b']);
    await asking;
    expect((await started.storage.find('key', { b: '1' })).varyNames).toEqual(['a', 'b']);
  });
});
