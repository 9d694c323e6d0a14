import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bloom, createBloomBuilder } from './bloom.js';

function bloomOf(texts: Iterable<string>, errorRate = 0.01): Promise<Bloom> {
  const builder = createBloomBuilder();
  for (const text of texts) builder.add(text);
  return builder.build(errorRate);
}

/** The share of texts which are not in it that it takes for its own. */
function errorsOf(bloom: Bloom, texts: readonly string[]): number {
  return texts.filter((text) => bloom.has(text)).length / texts.length;
}

describe('a Bloom filter', () => {
  test('has every text that was added', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 60 }),
        fc.double({ min: 1e-6, max: 0.9 }),
        async (texts, errorRate) => {
          const bloom = await bloomOf(texts, errorRate);
          expect(texts.filter((text) => !bloom.has(text))).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  const shapes: readonly (readonly [title: string, of: (at: number) => string])[] = [
    ['numbers', (at) => String(at)],
    ['keys', (at) => `data k:7:product${String(at).length}:${at}`],
    ['numbers that differ in front only', (at) => `${at.toString(36)}/aaaaaaaaaaaaaaaaaaaaaaaa`],
    ['single units', (at) => String.fromCharCode(at % 65_536, Math.floor(at / 65_536))],
  ];

  test.each(shapes)('errs as seldom as it should: %s', async (_title, of) => {
    for (const errorRate of [0.1, 0.01, 0.001]) {
      const own = Array.from({ length: 10_000 }, (_, at) => of(at));
      const others = Array.from({ length: 20_000 }, (_, at) => of(10_000 + at));
      const errors = errorsOf(await bloomOf(own, errorRate), others);
      // Six standard deviations of the count, at the rate that rounding the number of probes may cost.
      const most = 1.06 * errorRate;
      expect(errors).toBeLessThan(most + 6 * Math.sqrt(most / others.length));
    }
  });

  test('takes 1.2 bytes a text for one error in a hundred', async () => {
    const texts = Array.from({ length: 10_000 }, (_, at) => `text ${at}`);
    expect((await bloomOf(texts)).bytes / 10_000).toBeCloseTo(1.2, 1);
  });

  test('that is small keeps a small error rate', async () => {
    let wrong = 0;
    for (let round = 0; round < 20; round++) {
      const bloom = await bloomOf(['1', '2', '3'], 1e-6);
      for (let at = 0; at < 5000; at++) if (bloom.has(`other ${at}`)) wrong++;
    }
    expect(wrong).toBeLessThan(3);
  });

  test('that is empty has nothing', async () => {
    const texts = Array.from({ length: 1000 }, (_, at) => String(at));
    expect(errorsOf(await bloomOf([]), texts)).toBe(0);
  });

  test('has errors of its own: what passes one does not pass the next', async () => {
    const own = Array.from({ length: 5000 }, (_, at) => String(at));
    const others = Array.from({ length: 50_000 }, (_, at) => `x${at}`);
    const [one, other] = await Promise.all([bloomOf(own), bloomOf(own)]);
    const passed = others.filter((text) => one.has(text));
    expect(passed.length).toBeGreaterThan(200);
    expect(errorsOf(other, passed)).toBeLessThan(0.1);
  });
});
