import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Requests in their order: which object, and how many bytes it has. */
export interface Trace {
  readonly name: string;
  /** Objects are numbered from 0, in order of their first request. */
  readonly objects: Uint32Array;
  /** Bytes of the object at each request; absent when the trace does not know them. */
  readonly sizes: Uint32Array | undefined;
}

interface Header {
  readonly n: number;
  readonly cols: readonly string[];
}

/** The traces (`*.trc.br`) of a folder whose names contain one of `names`; all when there are none. */
export function* tracesIn(folder: string, names: readonly string[]): Generator<Trace> {
  for (const file of readdirSync(folder).toSorted())
    if (file.endsWith('.trc.br') && (names.length === 0 || names.some((name) => file.includes(name))))
      yield readTrace(join(folder, file));
}

// A line of JSON, then one column of 32-bit numbers after another.
function readTrace(file: string): Trace {
  const bytes = brotliDecompressSync(readFileSync(file));
  const end = bytes.indexOf('\n');
  const { n, cols } = JSON.parse(bytes.subarray(0, end).toString()) as Header;
  const column = (name: string): Uint32Array | undefined => {
    const at = end + 1 + cols.indexOf(name) * n * 4;
    return cols.includes(name) ? new Uint32Array(bytes.buffer.slice(at, at + 4 * n)) : undefined;
  };
  const objects = column('key');
  if (objects === undefined) throw new Error(`${file} has no column 'key'.`);
  return { name: basename(file, '.trc.br'), objects, sizes: column('size') };
}
