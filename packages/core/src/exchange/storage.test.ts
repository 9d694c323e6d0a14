import { describe, expect, test } from 'vitest';
import type { Headers, StoredResponse } from '../http/message.js';
import { START } from '../testing/made.js';
import { findNow, named, startStorage, type StorageUnderTest, textOf } from '../testing/storage.js';

describe('one tier', () => {
  test('nothing is found where nothing was kept', () => {
    expect(findNow(startStorage())).toEqual({
      key: 'key',
      stored: undefined,
      standing: 'gone',
      varyNames: [],
    });
  });

  test('what was kept is found at once, as what it is good for', () => {
    const started = startStorage();
    expect(started.storage.keep('key', named('a'), {}, [])).toBe('key');
    expect(findNow(started)).toMatchObject({ key: 'key', standing: 'fresh' });
    started.clock.advance(10_000);
    expect(findNow(started).standing).toBe('stale');
    started.clock.advance(10_000);
    expect(textOf(findNow(started))).toBe('a');
    expect(findNow(started).standing).toBe('error');
    expect(findNow(started, {}, 'other').stored).toBeUndefined();
  });

  test.each<[string, (started: StorageUnderTest) => unknown]>([
    ['too old', ({ clock }) => clock.advance(30_000)],
    ['removed', ({ log }) => void log.append(['t:tag'], 'remove')],
  ])('what is %s is freed by whoever asks for it', (_title, spoil) => {
    const started = startStorage();
    started.storage.keep('key', named('a'), {}, []);
    spoil(started);
    expect(findNow(started).stored).toBeUndefined();
    expect([started.memory.entries, started.memory.size]).toEqual([0, 0]);
  });
});

describe('variants', () => {
  const lang = (value?: string): Headers => (value === undefined ? {} : { 'x-lang': value });

  test('K16 a long field makes no long key', () => {
    const { storage } = startStorage();
    const [a, b] = ['a', 'b'].map((end) =>
      storage.keep('key', named(end), lang('x'.repeat(15_000) + end), ['x-lang']),
    );
    expect(a!.length).toBeLessThan(300);
    expect(a).not.toBe(b);
  });

  test('are selected by the fields that the answers named', () => {
    const started = startStorage();
    for (const each of ['de', 'fr', undefined])
      started.storage.keep('key', named(String(each)), lang(each), ['x-lang']);
    expect(textOf(findNow(started, lang('de')))).toBe('de');
    expect(textOf(findNow(started, lang('fr')))).toBe('fr');
    expect(textOf(findNow(started))).toBe('undefined');
    expect(findNow(started, lang('it'))).toMatchObject({ stored: undefined, varyNames: ['x-lang'] });
    const { key } = findNow(started, lang('de'));
    expect(started.storage.keyFor('key', lang('de'))).toBe(key);
    expect(key).not.toBe('key');
  });

  test('a URL that varied once varies by all fields that any answer named', () => {
    const started = startStorage();
    const request = { a: '1', b: '2' };
    started.storage.keep('key', named('plain'), request, []);
    started.storage.keep('key', named('by a'), request, ['a']);
    started.storage.keep('key', named('by b'), request, ['b']);
    started.storage.keep('key', named('by none'), request, []);
    expect(findNow(started, request).varyNames).toEqual(['a', 'b']);
    expect(textOf(findNow(started, request))).toBe('by none');
    expect(findNow(started, { ...request, a: '9' }).stored).toBeUndefined();
  });

  test('are bounded: of more than 32 the one goes that was stored longest ago', () => {
    const started = startStorage();
    const keep = (at: number): string =>
      started.storage.keep('key', named(`${at}`), lang(`${at}`), ['x-lang']);
    for (let at = 0; at < 32; at++) keep(at);
    expect(started.memory.entries).toBe(33);
    keep(0);
    for (let at = 32; at < 40; at++) keep(at);
    expect(started.memory.entries).toBe(33);
    const left = Array.from({ length: 40 }, (_, at) => at).filter(
      (at) => findNow(started, lang(`${at}`)).stored,
    );
    expect(left).toEqual([0, ...Array.from({ length: 31 }, (_, at) => at + 9)]);
  });
});

describe('F60: of two answers for one key the newer one wins, whichever comes first', () => {
  test.each<[string, Partial<StoredResponse>, Partial<StoredResponse>, string]>([
    ['asked later', { requestedAt: START + 1 }, { requestedAt: START }, 'first'],
    ['asked earlier', { requestedAt: START }, { requestedAt: START + 1 }, 'second'],
    ['asked in the same moment', {}, {}, 'second'],
    ['asked behind an invalidation in the same moment', { position: 2 }, { position: 1 }, 'first'],
    ['asked before one', { position: 1 }, { position: 2 }, 'second'],
  ])('%s', (_title, first, second, expected) => {
    const started = startStorage();
    for (const name of ['x', 'y']) void started.log.append([name], 'remove');
    started.storage.keep('key', named('first', { position: 2, ...first }), {}, []);
    started.storage.keep('key', named('second', { position: 2, ...second }), {}, []);
    expect(textOf(findNow(started))).toBe(expected);
  });

  test.each(['stale', 'remove'] as const)(`but one that was invalidated as '%s' since`, (mode) => {
    const started = startStorage();
    started.storage.keep('key', named('newer', { requestedAt: START + 1 }), {}, []);
    void started.log.append(['t:tag'], mode);
    started.storage.keep('key', named('older', { tags: [] }), {}, []);
    expect(textOf(findNow(started))).toBe(mode === 'stale' ? 'newer' : 'older');
  });

  test('variants do not compete with one another', () => {
    const started = startStorage();
    started.storage.keep('key', named('newer', { requestedAt: START + 1 }), { a: '1' }, ['a']);
    started.storage.keep('key', named('older'), { a: '2' }, ['a']);
    expect(textOf(findNow(started, { a: '2' }))).toBe('older');
  });
});
