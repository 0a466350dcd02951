/** Headers that a request has once: of two, what stands before us may read one and we the other. */

/** RFC 9112 §3.2 demands a 400 for a second Host; RFC 9110 §11.6.2 has one Authorization. */
const singular: ReadonlySet<string> = new Set(['host', 'authorization']);

/** @param rawHeaders names and values in turn, as `IncomingMessage` has them. @returns the first that is there again, in lower case */
export const repeatedHeader = (rawHeaders: readonly string[]): string | undefined => {
  let seen: Set<string> | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (!singular.has(name)) continue;
    if (seen?.has(name)) return name;
    seen ??= new Set();
    seen.add(name);
  }
  return undefined;
};
