/** The machine's network interfaces as ARM's `networkProfile` shows them. */

import type { NetworkInterfaceInfo } from 'node:os';

export interface NetworkProfile {
  readonly networkInterfaces: readonly {
    readonly name: string;
    readonly macAddress: string;
    readonly ipAddresses: readonly {
      readonly address: string;
      readonly ipAddressVersion: 'IPv4' | 'IPv6';
      readonly subnet: { readonly addressPrefix: string };
    }[];
  }[];
}

/** What the service takes at most. */
const most = { interfaces: 64, addresses: 16 };

/** From `os.networkInterfaces()`: loopback is left out, link-local zones are cut off. */
export const networkProfile = (
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): NetworkProfile => ({
  networkInterfaces: Object.entries(interfaces)
    .flatMap(([name, addresses]) => {
      const outer = (addresses ?? []).filter((entry) => !entry.internal).slice(0, most.addresses);
      const [first] = outer;
      if (!first) return [];
      return [{ name: name.slice(0, 64), macAddress: first.mac, ipAddresses: outer.map(ipAddress) }];
    })
    .slice(0, most.interfaces),
});

const ipAddress = ({ address, family, cidr }: NetworkInterfaceInfo) => ({
  address: address.split('%', 1)[0]!,
  ipAddressVersion: family,
  subnet: { addressPrefix: cidr?.replace(/%[^/]*/, '') ?? `${address}/${family === 'IPv4' ? 32 : 128}` },
});
