import type { ByteRange } from './range.js';

/**
 * Several parts of a body as one message: multipart/byteranges (RFC 9110 section 14.6).
 */

/** The value of Content-Range: of a part, or of a 416 (RFC 9110 section 14.4). */
export function contentRange(range: ByteRange | undefined, size: number): string {
  return range === undefined ? `bytes */${size}` : `bytes ${range.first}-${range.last}/${size}`;
}

/**
 * The body of the message, or `undefined` when it would not be smaller than the whole: asking for many small parts
 * must not make more traffic than asking for everything.
 *
 * @param type the Content-Type of the whole, which every part repeats.
 * @param boundary text that does not occur in the body: letters and digits.
 */
export function multipartBody(
  body: Uint8Array,
  ranges: readonly ByteRange[],
  type: string | undefined,
  boundary: string,
): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  for (const range of ranges) {
    const fields = [
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      `Content-Range: ${contentRange(range, body.byteLength)}`,
    ];
    pieces.push(Buffer.from(`\r\n--${boundary}\r\n${fields.join('\r\n')}\r\n\r\n`, 'latin1'));
    pieces.push(body.subarray(range.first, range.last + 1));
  }
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'));
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  return size < body.byteLength ? Buffer.concat(pieces, size) : undefined;
}
