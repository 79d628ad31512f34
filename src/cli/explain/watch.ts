type MethodOf<T> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T];

/**
 * From now on `seen` is told what the object's method was called with and what it returned (of a promise: what it
 * resolves with). The method does what it did.
 */
export function watch<T extends object, K extends MethodOf<T>>(
  object: T,
  method: K,
  seen: (result: Awaited<Returned<T[K]>>, args: Arguments<T[K]>) => void,
): void {
  const original = object[method] as (...args: unknown[]) => unknown;
  const tell = (result: unknown, args: unknown[]) =>
    seen(result as Awaited<Returned<T[K]>>, args as Arguments<T[K]>);
  object[method] = ((...args: unknown[]) => {
    const result = original.apply(object, args);
    if (!(result instanceof Promise)) {
      tell(result, args);
      return result;
    }
    return result.then((value: unknown) => {
      tell(value, args);
      return value;
    });
  }) as T[K];
}

type Returned<F> = F extends (...args: never[]) => infer R ? R : never;
type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
