/** Why an address could not be bound, and what the operator does about it. */

import { isIPv6 } from 'node:net';

export const addressCommand = (verb: 'add' | 'del', address: string): string =>
  `ip addr ${verb} ${address}/${isIPv6(address) ? 128 : 32} dev lo`;

export const explainBindError = (
  error: NodeJS.ErrnoException,
  address: string,
  port: number,
): { readonly reason: string; readonly fix: string } => {
  switch (error.code) {
    case 'EADDRNOTAVAIL':
      return {
        reason: `${address} is not an address of this host (EADDRNOTAVAIL)`,
        fix: addressCommand('add', address),
      };
    case 'EADDRINUSE':
      return {
        reason: `port ${port} of ${address} is taken by another program, or by a listener on all addresses (EADDRINUSE)`,
        fix: `find it with: ss -ltnp 'sport = :${port}', and stop it or let it bind its own address only`,
      };
    case 'EACCES':
      return {
        reason: `port ${port} needs a privilege that this process doesn't have (EACCES)`,
        fix: `run it with the capability CAP_NET_BIND_SERVICE, or: sysctl net.ipv4.ip_unprivileged_port_start=${port}, or choose an HTTPS port from 1024 on`,
      };
    default:
      return {
        reason: `${address} port ${port} could not be bound: ${error.code ?? error.message}`,
        fix: 'remove the cause; the gateway tries again by itself',
      };
  }
};
