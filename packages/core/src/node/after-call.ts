/** Calls `listener` right after the first call of a method of an object, such as `end` of a response. */
export function afterCall<Name extends string>(
  target: { [name in Name]: (...args: never[]) => unknown },
  name: Name,
  listener: () => void,
): void {
  const method = target[name];
  target[name] = (...args) => {
    target[name] = method;
    const result: unknown = Reflect.apply(method, target, args);
    listener();
    return result;
  };
}
