/** Puts a frame together from numbers, texts and byte strings. */
export interface ByteWriter {
  /** 0 to 2^32 - 1. */
  count(value: number): void;
  float(value: number): void;
  /** Any JavaScript string, lone surrogates included, comes back as it was. */
  text(value: string): void;
  texts(values: readonly string[]): void;
  bytes(value: Uint8Array): void;
  /** All that was written, in memory of its own. */
  finish(): Buffer;
}

/**
 * Takes a frame apart that anyone may have written. It never throws and never allocates more than there are
 * bytes: from the first value on that is not there, or not as it should be, it reads zeros and {@link done} is false.
 */
export interface ByteReader {
  count(): number;
  float(): number;
  text(): string;
  /** More texts than `most` count as damage. */
  texts(most: number): readonly string[];
  /** A copy: it does not keep the frame alive, and who owns the frame cannot change it. */
  bytes(): Buffer;
  /** Everything was read, nothing was missing, and nothing is left. */
  done(): boolean;
}

const LATIN1 = 0;
const UTF16 = 1;

/** Makes an empty writer. */
export function createWriter(): ByteWriter {
  const parts: Uint8Array[] = [];

  const writer: ByteWriter = {
    count(value) {
      const part = Buffer.allocUnsafe(4);
      part.writeUInt32LE(value);
      parts.push(part);
    },
    float(value) {
      const part = Buffer.allocUnsafe(8);
      part.writeDoubleLE(value);
      parts.push(part);
    },
    text(value) {
      const wide = /[\u0100-\uffff]/.test(value);
      writer.count(wide ? UTF16 : LATIN1);
      writer.bytes(Buffer.from(value, wide ? 'utf16le' : 'latin1'));
    },
    texts(values) {
      writer.count(values.length);
      for (const value of values) writer.text(value);
    },
    bytes(value) {
      writer.count(value.byteLength);
      parts.push(value);
    },
    finish: () => Buffer.concat(parts),
  };
  return writer;
}

/** Makes a reader at the start of `frame`. */
export function createReader(frame: Buffer): ByteReader {
  let at = 0;
  let intact = true;

  /** The next bytes as a view, or nothing when there are fewer. */
  function take(length: number): Buffer | undefined {
    if (length > frame.length - at) intact = false;
    if (!intact) return undefined;
    at += length;
    return frame.subarray(at - length, at);
  }

  function text(): string {
    const encoding = reader.count();
    const view = take(reader.count());
    if (encoding > UTF16 || (encoding === UTF16 && (view?.length ?? 0) % 2 !== 0)) intact = false;
    return view === undefined || !intact ? '' : view.toString(encoding === UTF16 ? 'utf16le' : 'latin1');
  }

  const reader: ByteReader = {
    count: () => take(4)?.readUInt32LE() ?? 0,
    float: () => take(8)?.readDoubleLE() ?? 0,
    text,
    texts(most) {
      const length = reader.count();
      if (length > most) intact = false;
      const values: string[] = [];
      while (intact && values.length < length) values.push(text());
      return values;
    },
    bytes: () => Buffer.from(take(reader.count()) ?? []),
    done: () => intact && at === frame.length,
  };
  return reader;
}
