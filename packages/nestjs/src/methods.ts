import type { Type } from '@nestjs/common';

/** The methods of a class and of those it extends, nearest first; getters are left alone. */
export function methodsOf(type: Type): readonly [name: string, method: () => unknown][] {
  const found = new Map<string, () => unknown>();
  let prototype = type.prototype as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && name !== 'constructor' && !found.has(name))
        found.set(name, value as () => unknown);
    }
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return [...found];
}
