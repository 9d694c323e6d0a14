import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { Coding } from '../http/coding.js';

/** Codes a body, off the main thread. */
type Encode = (body: Uint8Array) => Promise<Uint8Array>;

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;

// A body is coded once and sent often; 11, the default, would take fifty times as long for a tenth less.
const BROTLI_QUALITY = 5;

// Node 22.15 and later.
const { zstdCompress } = zlib as { readonly zstdCompress?: typeof zlib.gzip };

/** What this Node can code, in the order it is offered: the smallest result first. */
export const ENCODERS: ReadonlyMap<Coding, Encode> = new Map<Coding, Encode>([
  [
    'br',
    (body) =>
      promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliCompress)(body, {
        params: { [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [BROTLI_PARAM_SIZE_HINT]: body.byteLength },
      }),
  ],
  ...(zstdCompress === undefined ? [] : [['zstd', promisify<Uint8Array, Buffer>(zstdCompress)] as const]),
  ['gzip', promisify<Uint8Array, Buffer>(zlib.gzip)],
]);

/** What is offered to clients, the best first. */
export const OFFERED: readonly Coding[] = [...ENCODERS.keys(), 'identity'];
