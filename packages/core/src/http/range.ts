import { isWeak } from './etag.js';
import { fieldValue, listMembers } from './fields.js';
import { parseHttpDate } from './http-date.js';
import type { Headers } from './message.js';

/**
 * Range requests (RFC 9110 section 14.2) and If-Range (section 13.1.5).
 */

/** Bytes of a body, from 0; both ends belong to it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a Range field asks of a body: `whole` when it is to be ignored, `unsatisfiable` for a 416, or at least one
 * part, in the order they were asked for.
 */
export type Selection = 'whole' | 'unsatisfiable' | readonly [ByteRange, ...ByteRange[]];

/** Of more ranges than this nobody needs an answer in parts (section 14.2: a server may ignore egregious ones). */
const MAX_RANGES = 16;

/**
 * Reads a Range field for a body of `size` bytes. Other units than bytes, a field that breaks the syntax, ranges
 * that overlap and too many of them are ignored. An empty body has no parts.
 */
export function selectRanges(range: string, size: number): Selection {
  const specs = /^bytes=/i.test(range) ? listMembers(range.slice('bytes='.length)) : [];
  if (size === 0 || specs.length === 0 || specs.length > MAX_RANGES) return 'whole';
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const read = readSpec(spec, size);
    if (read === undefined) return 'whole';
    if (read !== 'unsatisfiable') ranges.push(read);
  }
  const [one, ...more] = ranges;
  if (one === undefined) return 'unsatisfiable';
  return overlap(ranges) ? 'whole' : [one, ...more];
}

/**
 * Whether a part may be sent under the If-Range of the request: it must prove that what the client has comes from
 * the same bytes, so a weak tag does not, and a date only when the response was made a second after it or later
 * (section 8.8.2.2). Without If-Range there is nothing to prove.
 */
export function holdsIfRange(request: Headers, response: Headers): boolean {
  const asked = fieldValue(request, 'if-range');
  if (asked === undefined) return true;
  const tag = fieldValue(response, 'etag');
  if (asked.includes('"')) return asked === tag && !isWeak(tag);
  const [date, modified, made] = [
    parseHttpDate(asked),
    parseHttpDate(fieldValue(response, 'last-modified')),
    parseHttpDate(fieldValue(response, 'date')),
  ];
  if (date === undefined || modified === undefined || made === undefined) return false;
  return date === modified && made - modified >= 1000;
}

/** `undefined`: against the syntax, which spoils the whole field (section 14.1.1). */
function readSpec(spec: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from, to] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (from === undefined || to === undefined) return undefined;
  if (from === '') {
    if (to === '') return undefined;
    return Number(to) === 0 ? 'unsatisfiable' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? Infinity : Number(to);
  if (last < first) return undefined;
  return first >= size ? 'unsatisfiable' : { first, last: Math.min(last, size - 1) };
}

function overlap(ranges: readonly ByteRange[]): boolean {
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  return sorted.some((range, at) => at > 0 && range.first <= sorted[at - 1]!.last);
}
