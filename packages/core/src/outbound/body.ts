import { createBodyCopy } from '../exchange/body.js';

/** What becomes of a body on its way to its caller. */
export interface BodyWatch {
  /** Bytes that are copied at most; `undefined`: none. */
  readonly limit: number | undefined;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** The whole body came. */
  readonly complete: (body: Uint8Array) => void;
  /** It is larger than the limit. */
  readonly tooLarge: () => void;
  /** It broke off. */
  readonly failed: () => void;
  /** The caller needs no more of it. */
  readonly left: () => void;
}

/**
 * The body for its caller, as it comes. As long as a copy is made it is read ahead, so that a caller who reads slowly, or
 * not at all, holds up nobody; beyond the limit only what the caller reads is fetched.
 */
export function watchBody(source: ReadableStream<Uint8Array>, watch: BodyWatch): ReadableStream<Uint8Array> {
  const { limit, signal } = watch;
  const reader = source.getReader();
  const copy = createBodyCopy(limit ?? 0);
  let isCopied = limit !== undefined;
  let isGone = false;
  let aborted = (): void => {};
  // Reading on is allowed once each time the caller asks.
  let isWanted = false;
  let wake = (): void => {};

  function want(): void {
    isWanted = true;
    wake();
  }

  function leave(): void {
    if (isGone) return;
    isGone = true;
    signal?.removeEventListener('abort', aborted);
    want();
    watch.left();
  }

  function take(chunk: Uint8Array): void {
    if (!isCopied || copy.add(chunk)) return;
    isCopied = false;
    watch.tooLarge();
  }

  async function pump(to: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      if (!isCopied && !isWanted) await new Promise<void>((resolve) => (wake = resolve));
      if (!isCopied && isGone) return reader.cancel();
      isWanted = false;
      const { done, value } = await reader.read();
      if (done) break;
      take(value);
      if (!isGone) to.enqueue(value);
    }
    if (isCopied) watch.complete(copy.take()!);
    if (!isGone) to.close();
  }

  function broken(to: ReadableStreamDefaultController<Uint8Array>, error: unknown): void {
    if (isCopied) watch.failed();
    if (!isGone) to.error(error);
  }

  return new ReadableStream<Uint8Array>(
    {
      start(to) {
        aborted = () => {
          if (!isGone) to.error(signal?.reason);
          leave();
        };
        signal?.addEventListener('abort', aborted);
        void pump(to)
          .catch((error: unknown) => broken(to, error))
          .then(leave);
        if (signal?.aborted === true) aborted();
      },
      pull: want,
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
