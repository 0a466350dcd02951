/** A value that is made when it is first asked for: a snapshot of 100,000 machines must not hold up the requests. */
export const lazyValue = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
