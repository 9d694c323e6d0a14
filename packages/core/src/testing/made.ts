import { headersOf, linesOf } from '../http/fields.js';
import type { Headers, RequestView, ResponseHead, StoredResponse } from '../http/message.js';

/** The first moment of 2026, UTC: where fake clocks start. */
export const START: number = Date.UTC(2026, 0, 1);

/** A GET for `/` of `shop.example`, but for what the test says. */
export function viewOf(view: Partial<RequestView> = {}): RequestView {
  return { method: 'GET', url: '/', headers: {}, authority: 'shop.example', scheme: 'http', ...view };
}

/** The head of a response with these fields. */
export function headOf(status: number, headers: Headers = {}): ResponseHead {
  return { status, headers, lines: linesOf(headers) };
}

/** A response that was stored at {@link START}, fresh for 10 seconds, stale for 10 and good for errors for 20. */
export function storedResponse(response: Partial<StoredResponse> = {}): StoredResponse {
  const lines = ['Content-Length', '4'];
  return {
    status: 200,
    lines,
    headers: headersOf(lines),
    made: [],
    forAll: false,
    body: Buffer.from('body'),
    tags: ['t:tag'],
    position: 0,
    requestedAt: START,
    generatedAt: START,
    freshUntil: START + 10_000,
    staleUntil: START + 20_000,
    errorUntil: START + 30_000,
    ...response,
  };
}
