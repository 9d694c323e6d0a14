import { pipeline, Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { BodySink } from '../exchange/types.js';

/**
 * A stream with the bytes of another, which a sink gets a copy of on their way. It reads no faster than it is read
 * from; an error, or an end on either side, reaches the other. The sink is abandoned when the bytes break off.
 */
export function tee(body: NodeJS.ReadableStream | ReadableStream, sink: BodySink): Transform {
  const source = 'getReader' in body ? Readable.fromWeb(body) : body;
  const copy = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sink.write(chunk);
      done(null, chunk);
    },
  });
  return pipeline(source, copy, (error) => {
    if (error) sink.abandon();
  });
}
