/** What the instances of these classes hold, and nothing else, makes them what they are. */
const DATA: ReadonlySet<unknown> = new Set(
  [Object, Array, Date, Map, Set, RegExp, ArrayBuffer].map((type) => type.prototype),
);

const DEEPEST = 100;

/**
 * Whether a value is data through and through: what structured clone gives back as it was. Instances of classes are
 * not (methods, private fields and the rules of class-transformer would be lost), nor are functions and cycles.
 */
export function isPlainData(value: unknown, depth = 0): boolean {
  if (typeof value === 'function' || typeof value === 'symbol' || depth > DEEPEST) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (ArrayBuffer.isView(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && !DATA.has(prototype)) return false;
  return partsOf(value).every((part) => isPlainData(part, depth + 1));
}

function partsOf(value: object): readonly unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return Object.values(value);
}

/** Plain data as text: different for different data, the same whatever the order of properties. */
export function textOf(value: unknown): string | undefined {
  return isPlainData(value) ? write(value) : undefined;
}

function write(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '0' : String(value);
  if (Array.isArray(value)) return `[${Array.from(value, write).join()}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return `RegExp(${JSON.stringify(String(value))})`;
  if (value instanceof Map) return `Map(${[...value].map(write).join()})`;
  if (value instanceof Set) return `Set(${[...value].map(write).join()})`;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return writeBytes(value);
  const names = Object.keys(value).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${write((value as Record<string, unknown>)[name])}`).join()}}`;
}

function writeBytes(value: ArrayBuffer | ArrayBufferView): string {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value);
  return `${value.constructor.name}(${bytes.toString('hex')})`;
}
