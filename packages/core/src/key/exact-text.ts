/** Deeper than this is nobody's question. */
const DEEPEST = 100;

/**
 * A text that two values share only when no handler can tell them apart: for what parsers of request content make
 * (JSON types, bytes). `undefined` for anything else, such as instances of classes, and for what is deeper than 100.
 */
export function exactText(value: unknown): string | undefined {
  return textOf(value, 0);
}

function textOf(value: unknown, depth: number): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value !== 'object') return undefined;
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString('base64')}>`;
  if (Array.isArray(value)) return listText(value, depth);
  return isPlain(value) ? objectText(value, depth) : undefined;
}

// One that has holes or properties of its own is more than its members.
function listText(list: readonly unknown[], depth: number): string | undefined {
  if (Reflect.ownKeys(list).length !== list.length + 1) return undefined;
  const texts = list.map((member) => textOf(member, depth + 1));
  return texts.includes(undefined) ? undefined : `[${texts.join()}]`;
}

// Not sorted: handlers see the order.
function objectText(object: object, depth: number): string | undefined {
  const texts = Object.entries(object).map(([name, member]) => {
    const text = textOf(member, depth + 1);
    return text === undefined ? undefined : `${JSON.stringify(name)}:${text}`;
  });
  const isWhole = Reflect.ownKeys(object).length === texts.length && !texts.includes(undefined);
  return isWhole ? `{${texts.join()}}` : undefined;
}

// Some parsers make objects that inherit from an empty one, to save those they make from `Object.prototype`.
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Reflect.ownKeys(prototype as object).length === 0;
}
