/** An object and what some of its properties are to be for a while. */
export type Replacement = readonly [target: object, properties: Readonly<Record<string, unknown>>];

/**
 * Gives objects other properties; what it returns gives them back their own. Neither is an assignment: some have
 * getters only, and what is frozen is left as it is.
 */
export function replaceAll(replacements: readonly Replacement[]): () => void {
  const undos = replacements.flatMap(([target, properties]) =>
    Object.entries(properties).map(([name, value]) => replace(target, name, value)),
  );
  return () => {
    for (const undo of undos) undo();
  };
}

function replace(target: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Reflect.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Reflect.defineProperty(target, name, own);
  };
}
