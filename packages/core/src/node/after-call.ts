type Methods<N extends string> = { [name in N]: (...args: never[]) => unknown };

/** Calls `listener` right after the first call of a method of an object, such as `end` of a response. */
export function afterCall<N extends string>(target: Methods<N>, name: N, listener: () => void): void {
  const method = target[name];
  target[name] = (...args) => {
    target[name] = method;
    const result: unknown = Reflect.apply(method, target, args);
    listener();
    return result;
  };
}
