/** Why a port cannot be had, and what helps against that. */

/** What is the matter, after the port's number. */
export const whyNot = (code: string | undefined): string => {
  if (code === 'EADDRINUSE') return 'is taken by another program';
  if (code === 'EACCES') return 'needs rights that this user does not have (EACCES)';
  return `cannot be bound (${code})`;
};

/** By what kept it from us: stopping a program helps nobody who lacks a right. */
export const portFix = (
  code: string | undefined,
  port: number,
  { flag, datagrams }: { readonly flag: string; readonly datagrams: boolean },
): string => {
  if (code === 'EADDRINUSE')
    return `Find it with: ss -${datagrams ? 'u' : ''}lntp 'sport = :${port}', and stop it; or choose another with ${flag} (0 takes any free one).`;
  if (code === 'EACCES')
    return `Run it as root or with the capability CAP_NET_BIND_SERVICE, or: sysctl net.ipv4.ip_unprivileged_port_start=${port}; or choose one from 1024 on with ${flag}.`;
  if (code === 'EADDRNOTAVAIL')
    return 'Check that these addresses are on this machine, or name others with --arm-address, --services-address and --dns-address.';
  return `Remove the cause, or choose another with ${flag} (0 takes any free one).`;
};
