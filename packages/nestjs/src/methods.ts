/** The methods of a class and of those it extends, nearest first; getters are left alone. */
export function methodsOf(type: { readonly prototype: object }): readonly [name: string, method: object][] {
  const found = new Map<string, object>();
  let prototype: object | null = type.prototype;
  while (prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && name !== 'constructor' && !found.has(name))
        found.set(name, value as object);
    }
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return [...found];
}
