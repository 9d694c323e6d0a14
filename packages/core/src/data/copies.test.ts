import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCache } from '../cache.js';
import { fakeClock } from '../testing/fake-clock.js';
import { mapStore } from '../testing/map-store.js';
import { settle } from '../testing/step.js';
import { bytesOf, copyOf, frozen, valueOf, weightOf } from './copies.js';

const cycle: { self?: object } = {};
cycle.self = cycle;
const twice = { n: 1 };

const VALUES: readonly (readonly [title: string, value: unknown])[] = [
  ['null', null],
  ['NaN', NaN],
  ['a BigInt', 2n ** 70n],
  ['undefined fields', { a: undefined, b: [undefined, null] }],
  ['a Date, and one that is none', [new Date(5), new Date(NaN)]],
  ['a Map of Sets', new Map([[{ id: 1 }, new Set([1n, 'two', new Date(0)])]])],
  ['a Buffer', { photo: Buffer.from('bytes') }],
  ['typed arrays', [new Uint16Array([1, 65535]), new Float64Array([0.5]), new DataView(new ArrayBuffer(3))]],
  ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
  ['a RegExp and an error', [/a+/giu, new RangeError('no')]],
  ['a cycle', cycle],
  ['an object that occurs twice', [twice, twice]],
  ['an array with holes', [1, , 3]], // oxlint-disable-line no-sparse-arrays
  ['a field called __proto__', JSON.parse('{"__proto__":{"admin":true}}')],
  ['what is nested deeply', Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 1)],
];

describe.each(VALUES)('%s', (_title, value) => {
  test('comes back as it was, from memory and from a store', async () => {
    const clock = fakeClock();
    const inMemory = createCache({ clock, defaults: { ttl: '1m' } });
    const inStore = createCache({ clock, defaults: { ttl: '1m' }, store: mapStore(clock), memory: false });
    for (const cache of [inMemory, inStore]) {
      await cache.set('k', value);
      await settle();
      const got = await cache.wrap('k', () => 'another');
      expect(got).toEqual(value);
      expect(Object.getPrototypeOf(Object(got))).toBe(Object.getPrototypeOf(Object(value)));
    }
  });

  test('is another one each time', async () => {
    const cache = createCache({ clock: fakeClock(), defaults: { ttl: '1m' } });
    const own = await cache.wrap('k', () => value);
    const [a, b] = [await cache.get('k'), await cache.get('k')];
    const isObject = typeof value === 'object' && value !== null;
    expect(isObject && (a === b || a === own)).toBe(false);
    expect(a).toEqual(b);
  });
});

test('changing what one caller got changes nothing for others, in Buffers, typed arrays and whatever is in them', async () => {
  const cache = createCache({ clock: fakeClock(), defaults: { ttl: '1m' } });
  const make = (): { bytes: Buffer; words: Uint16Array; map: Map<string, { n: number }>; when: Date } => ({
    bytes: Buffer.from('abc'),
    words: new Uint16Array([1]),
    map: new Map([['a', { n: 1 }]]),
    when: new Date(0),
  });
  const own = await cache.wrap('k', make);
  for (const got of [own, await cache.wrap('k', make), await cache.wrap('k', make)]) {
    expect(got).toEqual(make());
    got.bytes.fill(0);
    got.words[0] = 9;
    got.map.get('a')!.n = 9;
    got.when.setFullYear(1999);
  }
  expect(await cache.get('k')).toEqual(make());
});

const inWhole = (value: unknown): string =>
  inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null });

test('copyOf() copies whatever weightOf() lets through as valueOf() does', () => {
  const anything = fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withTypedArray: true,
  });
  let copied = 0;
  fc.assert(
    fc.property(anything, (value) => {
      const bytes = bytesOf(value);
      const read = bytes && valueOf(bytes);
      if (weightOf(read) === undefined) return true;
      copied++;
      // Not isDeepStrictEqual(), which does not find a key of a Map that is an array with an invalid date.
      return inWhole(copyOf(read)) === inWhole(read);
    }),
    { numRuns: 2000 },
  );
  expect(copied).toBeGreaterThan(500);
});

test('with share: true all get one frozen value', async () => {
  const cache = createCache({ clock: fakeClock(), defaults: { ttl: '1m' } });
  const load = (): { list: { n: number }[]; self?: unknown } => ({ list: [{ n: 1 }] });
  const first = await cache.wrap('k', load, { share: true });
  const second = await cache.wrap('k', load, { share: true });
  expect(second).toBe(first);
  expect(() => second.list.push({ n: 2 })).toThrow(TypeError);
  expect(() => (second.list[0]!.n = 2)).toThrow(TypeError);
  const copy = await cache.wrap('k', load);
  copy.list.push({ n: 2 });
  expect(await cache.wrap('k', load, { share: true })).toEqual(load());
});

test('frozen() goes through cycles, maps and sets', () => {
  const inner = { n: 1 };
  const value: { list: unknown[]; self?: object } = { list: [new Map([['a', inner]]), new Set([cycle])] };
  value.self = value;
  frozen(value);
  expect([value, value.list, inner, cycle].every(Object.isFrozen)).toBe(true);
});
