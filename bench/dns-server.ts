/** The name server with one virtual network's view of one private zone, for the bench to ask. */

import { createDnsServer, projectDnsState } from '@tombolo/dns';
import type { Document, JsonObject } from '@tombolo/store/port';

const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/bench';
const virtualNetworkId = `${group}/providers/Microsoft.Network/virtualNetworks/hub`;

const document = (path: string, properties: JsonObject): Document => ({
  id: `${group}/providers/Microsoft.Network/${path}`,
  type: `Microsoft.Network/${path
    .split('/')
    .filter((_, index) => index % 2 === 0)
    .join('/')}`,
  version: 1,
  body: { properties },
});

process.once('message', async ({ zone, names }: { zone: string; names: readonly string[] }) => {
  const state = projectDnsState([
    document('virtualNetworks/hub', { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } }),
    document(`privateDnsZones/${zone}`, {}),
    document(`privateDnsZones/${zone}/virtualNetworkLinks/hub`, { virtualNetwork: { id: virtualNetworkId } }),
    ...names.map((name, index) =>
      document(`privateDnsZones/${zone}/A/${name}`, {
        ttl: 10,
        aRecords: [{ ipv4Address: `10.0.${index >> 8}.${index & 255}` }],
      }),
    ),
  ]);
  const server = createDnsServer({ state: () => state });
  const view = { kind: 'network', virtualNetworkId } as const;
  const [report] = await server.reconcile([{ address: '127.0.0.1', port: 0, view }]);
  process.send?.({ port: report?.port });
  process.once('SIGTERM', () => process.exit());
  process.once('disconnect', () => process.exit());
});
