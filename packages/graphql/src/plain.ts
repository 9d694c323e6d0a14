const DATA: ReadonlySet<unknown> = new Set([
  null,
  Object.prototype,
  Array.prototype,
  Date.prototype,
  Map.prototype,
  Set.prototype,
]);

const DEEPEST = 100;

/** Whether a value comes back from the cache as it was: no functions and no instances of classes in it. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === 'function' || typeof value === 'symbol' || depth > DEEPEST) return false;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  if (!DATA.has(Object.getPrototypeOf(value))) return false;
  const parts =
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  return parts.every((part) => isPlain(part, depth + 1));
}
