/** Copies a body on its way to the client, up to a limit: what the handler does to its buffers later is its own affair. */
export interface BodyCopy {
  /** False once the limit is passed; nothing is kept from then on. */
  add(chunk: Uint8Array): boolean;
  readonly size: number;
  /** The whole body in memory of its own; `undefined` when it was over the limit. */
  take(): Uint8Array | undefined;
}

/** Chunks are gathered in blocks of this size, so that 100,000 tiny writes do not become 100,000 buffers. */
const BLOCK = 16 * 1024;

export function createBodyCopy(limit: number): BodyCopy {
  let blocks: Uint8Array[] = [];
  let block = new Uint8Array(0);
  let used = 0;
  let size = 0;

  function append(chunk: Uint8Array): void {
    if (used + chunk.byteLength > block.byteLength) {
      blocks.push(block.subarray(0, used));
      // Most bodies come in one piece.
      const room = size === chunk.byteLength ? 0 : BLOCK;
      block = new Uint8Array(Math.max(room, chunk.byteLength));
      used = 0;
    }
    block.set(chunk, used);
    used += chunk.byteLength;
  }

  return {
    add(chunk) {
      size += chunk.byteLength;
      if (size <= limit) append(chunk);
      else {
        blocks = [];
        block = new Uint8Array(0);
        used = 0;
      }
      return size <= limit;
    },
    get size() {
      return size;
    },
    take() {
      if (size > limit) return undefined;
      const whole = new Uint8Array(size);
      let at = 0;
      for (const part of [...blocks, block.subarray(0, used)]) {
        whole.set(part, at);
        at += part.byteLength;
      }
      return whole;
    },
  };
}
