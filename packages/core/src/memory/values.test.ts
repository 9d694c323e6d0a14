import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createColumns } from './columns.js';
import { type Codec, createPacked, type Values } from './values.js';

interface Value {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly kind: 'packed' | 'apart' | 'object';
}

const codec: Codec<Value> = {
  pack: ({ kind, ...record }) => (kind === 'object' ? undefined : { ...record, isApart: kind === 'apart' }),
  unpack: (record) => ({ ...record, kind: 'packed' }),
};

const bytesOf = (...content: number[]): Uint8Array => Buffer.from(content);
const valueOf = (text: string, kind: Value['kind'] = 'packed'): Value => ({
  text,
  bytes: bytesOf(1, 2),
  kind,
});
// The ring has two places.
const packed = (): Values<Value> => createPacked(codec, createColumns(), 2 * 2048 * 8);

describe('a value', () => {
  test('is the same object while it is in use, and made anew later', () => {
    const values = packed();
    const first = valueOf('first');
    values.set(0, first);
    values.set(1, valueOf('second'));
    expect(values.get(0)).toBe(first);
    values.set(2, valueOf('third'));
    const again = values.get(0);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
    expect(values.get(0)).toBe(again);
  });

  test('that is kept apart keeps its array', () => {
    const values = packed();
    const value = valueOf('large', 'apart');
    values.set(0, value);
    for (const slot of [1, 2]) values.set(slot, valueOf('other'));
    expect(values.get(0)).not.toBe(value);
    expect(values.get(0)!.bytes).toBe(value.bytes);
  });

  test.each([
    ['cannot be packed', valueOf('object', 'object')],
    ['is too large to be packed', valueOf('x'.repeat(100_000))],
  ])('that %s stays the object that it is', (_, value) => {
    const values = packed();
    values.set(0, value);
    for (const slot of [1, 2, 3]) values.set(slot, valueOf('other'));
    expect(values.get(0)).toBe(value);
  });

  test('that was removed is gone, and another in its place is not mistaken for it', () => {
    const values = packed();
    values.set(0, valueOf('old', 'apart'));
    values.remove(0);
    expect(values.get(0)).toBeUndefined();
    values.set(0, { ...valueOf('new'), bytes: bytesOf(3) });
    for (const slot of [1, 2, 3]) values.set(slot, valueOf('other'));
    expect(values.get(0)).toEqual({ text: 'new', bytes: bytesOf(3), kind: 'packed' });
  });
});

test('whatever is set, read and removed, a slot has the value that it was given last', () => {
  const kinds = fc.constantFrom<Value['kind']>('packed', 'packed', 'apart', 'object');
  const step = fc.tuple(fc.nat({ max: 6 }), fc.constantFrom('set', 'get', 'get', 'remove'), kinds);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
      const values = packed();
      const model = new Map<number, Value>();
      for (const [at, [slot, op, kind]] of steps.entries()) {
        if (op === 'remove') values.remove(slot);
        if (op === 'remove') model.delete(slot);
        if (op === 'set') model.set(slot, valueOf(String(at), kind));
        if (op === 'set') values.set(slot, model.get(slot)!);
        expect(values.get(slot)?.text).toBe(model.get(slot)?.text);
        expect(values.get(slot)?.bytes).toEqual(model.get(slot)?.bytes);
      }
    }),
  );
});
