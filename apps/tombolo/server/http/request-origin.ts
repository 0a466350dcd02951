/** The origin that a client is told to go on at: the one it asked at, where that is one of ours. */

/**
 * A name that is not served here would send clients, with their tokens, wherever the header says; so the links of such an
 * answer lead to the installation's own origin. The port is the client's: it may be mapped to ours.
 * @param names served names and addresses, in any case
 * @param own `https://localhost:8443`
 */
export const createOriginOf = (names: readonly string[], own: string) => {
  const served = new Set(names.map((name) => hostOf(name).toLowerCase()));
  const judge = (host: string): string => {
    // RFC 9110 §7.2: a name or an address, and a port; what a URL would be more than that is none.
    const parts = /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i.exec(host);
    const url = parts && URL.parse(`https://${host}`);
    return url && served.has(url.hostname) ? url.origin : own;
  };
  /** What one connection says again and again. */
  let last: { readonly host: string; readonly origin: string } | undefined;
  return (host: string | undefined): string => {
    if (host === undefined) return own;
    if (last?.host !== host) last = { host, origin: judge(host) };
    return last.origin;
  };
};

/** As it stands in a URL. */
const hostOf = (name: string): string =>
  URL.parse(`https://${name.includes(':') ? `[${name}]` : name}`)?.hostname ?? name;
