import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createColumns } from './columns.js';
import { createRecords, type Record, type Records } from './records.js';

const SLOTS = 40;
const SEGMENT = 2 ** 15;
const LARGEST_RECORD = SEGMENT / 16 - 12;
const NOTHING = new Uint8Array(0);

type Step = { readonly slot: number; readonly text: string; readonly length: number | undefined };

const steps = fc.array(
  fc.record<Step>({
    slot: fc.nat({ max: SLOTS - 1 }),
    text: fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
    length: fc.option(fc.nat({ max: LARGEST_RECORD }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 400, size: 'max' },
);

const bytesOf = (length: number, content: number): Uint8Array => new Uint8Array(length).fill(content);

/** Bytes that the records of a model have to take. */
const sizeOf = (model: ReadonlyMap<number, Record>): number =>
  [...model.values()].reduce((sum, { text, bytes }) => sum + Buffer.byteLength(text) + bytes.length + 12, 0);

type Readable = Pick<Records, 'get'>;

const contentsOf = (records: Readable): unknown[] =>
  Array.from({ length: SLOTS }, (_, slot) => {
    const { text, bytes } = records.get(slot) ?? {};
    return [text, bytes?.length, bytes?.at(0), bytes?.at(-1)];
  });

test('records are as they were put, whatever is put, replaced and removed', () => {
  fc.assert(
    fc.property(steps, (run) => {
      const records = createRecords(createColumns(), 0);
      const model = new Map<number, Record>();
      for (const [at, { slot, text, length }] of run.entries()) {
        const bytes = bytesOf(length ?? 0, at);
        model.delete(slot);
        if (length === undefined) records.remove(slot);
        else if (records.put(slot, { text, bytes })) model.set(slot, { text, bytes });
      }
      expect(contentsOf(records)).toEqual(contentsOf(model));
    }),
  );
});

test('memory that holds nothing is a tenth and two segments at most', () => {
  fc.assert(
    fc.property(steps, (run) => {
      const records = createRecords(createColumns(), 0);
      const model = new Map<number, Record>();
      for (let round = 0; round < 5; round++) {
        for (const { slot, length = 0 } of run) {
          const record = { text: '', bytes: bytesOf(length, round) };
          if (records.put(slot, record)) model.set(slot, record);
          // One call writes one segment anew: a while after a change of lengths there may be one more.
          expect(records.size).toBeLessThanOrEqual(1.1 * sizeOf(model) + 3 * SEGMENT);
        }
      }
    }),
  );
});

test('a table that is emptied gives its memory back', () => {
  const columns = createColumns();
  while (columns.capacity < 2000) columns.grow();
  const records = createRecords(columns, 0);
  for (let slot = 0; slot < 2000; slot++) records.put(slot, { text: 'x'.repeat(1000), bytes: NOTHING });
  expect(records.size).toBeGreaterThan(2e6);
  for (let slot = 0; slot < 2000; slot++) records.remove(slot);
  expect(records.size).toBeLessThanOrEqual(2 * SEGMENT);
});

describe('what was read', () => {
  test('stays as it is, whatever is written later', () => {
    const records = createRecords(createColumns(), 0);
    records.put(0, { text: 'a', bytes: bytesOf(100, 1) });
    const { bytes } = records.get(0)!;
    for (let at = 0; at < 1000; at++)
      records.put(at % 3, { text: 'b', bytes: bytesOf(LARGEST_RECORD - 1, 2) });
    expect(bytes).toEqual(Buffer.alloc(100, 1));
  });

  test('is not changed by who put it', () => {
    const records = createRecords(createColumns(), 0);
    const mine = bytesOf(10, 1);
    records.put(0, { text: '', bytes: mine });
    mine.fill(2);
    expect(records.get(0)!.bytes).toEqual(Buffer.alloc(10, 1));
  });
});

test('a record that is too large is refused, and what the slot had is gone', () => {
  const records = createRecords(createColumns(), 0);
  records.put(0, { text: 'old', bytes: NOTHING });
  expect(records.put(0, { text: '', bytes: bytesOf(LARGEST_RECORD + 1, 0) })).toBe(false);
  expect(records.get(0)).toBeUndefined();
  expect(records.put(0, { text: '', bytes: bytesOf(LARGEST_RECORD, 0) })).toBe(true);
});
