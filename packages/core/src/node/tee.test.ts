import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { tee } from './tee.js';

function sink(): { readonly said: string[]; write(chunk: Uint8Array): void; end(): void; abandon(): void } {
  const said: string[] = [];
  return {
    said,
    write: (chunk) => void said.push(Buffer.from(chunk).toString()),
    end: () => void said.push('END'),
    abandon: () => void said.push('ABANDONED'),
  };
}

describe('a tee', () => {
  test.each<[string, () => Parameters<typeof tee>[0]]>([
    ['a stream of buffers', () => Readable.from([Buffer.from('ä'), Buffer.from('b')], { objectMode: false })],
    ['a stream of texts', () => Readable.from(['ä', 'b'])],
    ['a web stream', () => new Blob(['äb']).stream() as never],
  ])('of %s hands on the same bytes, and copies them', async (_title, source) => {
    const copy = sink();
    expect(await text(tee(source(), copy))).toBe('äb');
    expect(copy.said.join('')).toBe('äb');
  });

  test('fails with its source, and abandons the copy', async () => {
    const [source, copy] = [new PassThrough(), sink()];
    const copied = tee(source, copy);
    source.write('a');
    source.destroy(new Error('broken'));
    await expect(text(copied)).rejects.toThrow('broken');
    expect(copy.said.at(-1)).toBe('ABANDONED');
  });

  test('ends its source when nobody reads it any more', async () => {
    const [source, copy] = [new PassThrough(), sink()];
    source.on('error', () => {});
    tee(source, copy).destroy();
    await new Promise((resolve) => void source.once('close', resolve));
    expect(copy.said).toEqual(['ABANDONED']);
  });

  test('reads no faster than it is read from', async () => {
    let read = 0;
    const source = new Readable({
      read() {
        this.push(Buffer.alloc(16 * 1024, ++read));
      },
    });
    const copied = tee(source, sink());
    await new Promise((resolve) => void setImmediate(resolve));
    expect(read).toBeLessThan(20);
    copied.destroy();
  });
});
