import { createHash } from 'node:crypto';

/**
 * Plain data as text, the same whatever the order of properties. `undefined` for what is none: uploads, instances of
 * classes, cycles.
 */
export function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(sorted(value, 0));
  } catch {
    return undefined;
  }
}

/** Parts of a key as one short text. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

const DEEPEST = 50;

function sorted(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return [`bigint`, String(value)];
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a number of JSON');
  if (typeof value === 'function' || typeof value === 'symbol' || depth > DEEPEST)
    throw new TypeError('not data');
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  if (value instanceof Date) return { '': `date ${value.getTime()}` };
  if (!isRecord(value)) throw new TypeError('not data');
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return names.toSorted().map((name) => ({ name, value: sorted(value[name], depth + 1) }));
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
