/** Proof that the system resolves names as a hosts file says, and what its name service switch has to do with it. */

/** `hosts:` of nsswitch.conf(5). */
export interface HostsOrder {
  /** `['files', 'dns']` */
  readonly sources: readonly string[];
  /** What stands between a hosts file and the programs; absent: nothing. */
  readonly problem?: string;
}

/** Ask a name server, so an answer of theirs comes before the hosts file where they stand before it. */
const asking = ['dns', 'resolve', 'mdns', 'mdns4', 'mdns6', 'wins', 'sss', 'ldap', 'nis'];

/** undefined where the text has no `hosts:` line, so that the C library's own order holds. */
export const hostsOrder = (text: string): HostsOrder | undefined => {
  const lines = text.split('\n').map((line) => line.split('#', 1)[0]!.trim());
  const line = lines.find((entry) => /^hosts\s*:/i.test(entry));
  if (line === undefined) return undefined;
  const sources = line
    .replace(/^hosts\s*:/i, '')
    .replace(/\[[^[\]]*\]/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
  const files = sources.indexOf('files');
  if (files < 0)
    return {
      sources,
      problem: `it has no 'files' (hosts: ${sources.join(' ')}): the hosts file is not read`,
    };
  const before = sources.slice(0, files).filter((source) => asking.includes(source));
  if (before.length === 0) return { sources };
  const own = before.includes('resolve')
    ? ' (systemd-resolved reads the hosts file itself unless ReadEtcHosts=no)'
    : '';
  return {
    sources,
    problem: `it puts ${before.join(' and ')} before files (hosts: ${sources.join(' ')}): a name server's answer comes first${own}`,
  };
};

export interface NameProof {
  readonly name: string;
  readonly wanted: readonly string[];
  /** What the system answers; empty where it has no answer. */
  readonly resolved: readonly string[];
  readonly holds: boolean;
}

export type Lookup = (name: string) => Promise<readonly string[]>;

/** A name holds if the system answers with addresses of the block and with nothing else. */
export const proveNames = async (
  wanted: ReadonlyMap<string, readonly string[]>,
  lookup: Lookup,
): Promise<readonly NameProof[]> => {
  const proofs: NameProof[] = [];
  for (const [name, addresses] of wanted) {
    const resolved = await lookup(name).catch((): readonly string[] => []);
    const holds = resolved.length > 0 && resolved.every((address) => addresses.includes(address));
    proofs.push({ name, wanted: addresses, resolved, holds });
  }
  return proofs;
};
