import { headersOf } from '../http/fields.js';
import type { StoredResponse } from '../http/message.js';
import type { Record } from '../memory/records.js';
import type { Packed } from '../memory/values.js';
import type { Kept } from './storage.js';

/** Smaller bodies lie with their fields, larger ones stay the arrays that they are. */
const LARGE_BODY = 4096;

type Fields = [
  status: number,
  reason: string | null,
  lines: readonly string[],
  made: readonly string[],
  tags: readonly string[],
  forAll: boolean,
  isOwn: boolean,
  position: number,
  requestedAt: number,
  generatedAt: number,
  freshUntil: number,
  staleUntil: number,
  errorUntil: number,
];

/**
 * How the memory tier keeps a stored response that nobody asks for at the moment. Everything else stays an object.
 * `isCoded`: whether codings are known of a body: they are found by the very array that they were made of.
 */
export function createResponseCodec(isCoded: (body: Uint8Array) => boolean): {
  readonly pack: (kept: { readonly kind: string }) => Packed | undefined;
  readonly unpack: (record: Record) => Kept;
} {
  return {
    pack(kept) {
      if (!isResponse(kept)) return undefined;
      const fields = fieldsOf(kept);
      const { body } = kept.response;
      // JSON knows no infinity.
      if (fields.includes(Infinity)) return undefined;
      return { text: JSON.stringify(fields), bytes: body, isApart: isLarge(body) || isCoded(body) };
    },
    unpack: ({ text, bytes }) => responseOf(JSON.parse(text) as Fields, bytes),
  };
}

/** Whether a body stays the array that it is. */
export function isLarge(body: Uint8Array): boolean {
  return body.byteLength >= LARGE_BODY;
}

type KeptResponse = Extract<Kept, { readonly kind: 'response' }>;

function isResponse(kept: { readonly kind: string }): kept is KeptResponse {
  return kept.kind === 'response';
}

function fieldsOf({ response, isOwn = false }: KeptResponse): Fields {
  return [
    response.status,
    response.reason ?? null,
    response.lines,
    response.made,
    response.tags,
    response.forAll,
    isOwn,
    response.position,
    response.requestedAt,
    response.generatedAt,
    response.freshUntil,
    response.staleUntil,
    response.errorUntil,
  ];
}

function responseOf(fields: Fields, body: Uint8Array): KeptResponse {
  const [status, reason, lines, made, tags, forAll, isOwn, ...times] = fields;
  const [position, requestedAt, generatedAt, freshUntil, staleUntil, errorUntil] = times;
  const response: StoredResponse = {
    status,
    ...(reason === null ? {} : { reason }),
    lines,
    headers: headersOf(lines),
    forAll,
    made,
    body,
    tags,
    position,
    requestedAt,
    generatedAt,
    freshUntil,
    staleUntil,
    errorUntil,
  };
  return { kind: 'response', response, isOwn };
}
