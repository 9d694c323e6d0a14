import { deserialize, serialize } from 'node:v8';

/**
 * A value as bytes, by the structured clone algorithm: plain data with `undefined` fields, `Date`, `Map`, `Set`,
 * `BigInt`, `RegExp`, errors, Buffers and typed arrays, cycles. Instances of classes become plain objects. `undefined`
 * when it cannot be copied (functions, sockets).
 *
 * v8.serialize and no library: a package such as msgpackr loses cycles and Buffers unless told otherwise, and the
 * bytes are made once for each load. Look-ups in memory do not pay for it: they copy by {@link copyOf}.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  try {
    return serialize(value);
  } catch {
    return undefined;
  }
}

// How v8 marks Buffers and typed arrays.
const HOST_OBJECT = 0x5c;

/**
 * The value of {@link bytesOf}, new each time.
 * @throws Error when they are not such bytes.
 */
export function valueOf(bytes: Uint8Array): unknown {
  // Buffers and typed arrays come back as views into what they are read from: each caller needs its own.
  return deserialize(bytes.includes(HOST_OBJECT) ? new Uint8Array(bytes) : bytes);
}

/** What a value takes on the heap, in bytes, or `undefined` when {@link copyOf} must not be used for it. */
export function weightOf(value: unknown): number | undefined {
  const seen = new Set<object>();

  function weigh(part: unknown, depth: number): number {
    if (typeof part === 'string') return 16 + 2 * part.length;
    if (typeof part !== 'object' || part === null) return 16;
    // What occurs twice must be one object in the copy too.
    if (depth > MAX_DEPTH || seen.has(part)) return NaN;
    seen.add(part);
    if (Array.isArray(part)) return isDense(part) ? sum(part, 32, (item) => 8 + weigh(item, depth + 1)) : NaN;
    if (part instanceof Date) return 48;
    if (part instanceof Map) return sum([...part].flat(), 64, (item) => 16 + weigh(item, depth + 1));
    if (part instanceof Set) return sum([...part], 64, (item) => 16 + weigh(item, depth + 1));
    if (Object.getPrototypeOf(part) !== Object.prototype || Object.hasOwn(part, '__proto__')) return NaN;
    return sum(Object.entries(part), 40, ([name, item]) => 8 + name.length + weigh(item, depth + 1));
  }

  const bytes = weigh(value, 0);
  return Number.isNaN(bytes) ? undefined : bytes;
}

const MAX_DEPTH = 100;

// Without holes, and without fields besides its items.
function isDense(items: readonly unknown[]): boolean {
  return Object.keys(items).length === items.length;
}

function sum<T>(items: readonly T[], start: number, of: (item: T) => number): number {
  let total = start;
  for (const item of items) total += of(item);
  return total;
}

/** A copy of plain data, `Date`, `Map` and `Set`; measured 10 to 25 times as fast as reading it from bytes. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (let at = 0; at < value.length; at++) items.push(copyOf(value[at]));
    return items;
  }
  if (value instanceof Date) return new Date(value);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [copyOf(key), copyOf(item)]));
  if (value instanceof Set) return new Set([...value].map(copyOf));
  const copy = Object.assign({}, value) as Record<string, unknown>;
  for (const name in copy) {
    const part = copy[name];
    if (typeof part === 'object' && part !== null) copy[name] = copyOf(part);
  }
  return copy;
}

/** Freezes objects and arrays all the way down, through cycles too. What else there is cannot be frozen. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  if (value instanceof Map) for (const pair of value) pair.forEach(frozen);
  if (value instanceof Set) for (const item of value) frozen(item);
  for (const item of Object.values(value)) frozen(item);
  return value;
}
