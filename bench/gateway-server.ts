/** The gateway with one approved private-endpoint listener, for the bench to connect to. */

import { dialTo, Gateway } from '@tombolo/gateway';

process.once('message', async ({ upstream, serverName }: { upstream: string; serverName: string }) => {
  const gateway = new Gateway({ port: 0, dial: dialTo(upstream) });
  const report = await gateway.reconcile([
    {
      address: '127.0.0.1',
      connectionId: 'bench',
      privateEndpointId: 'bench',
      virtualNetworkId: 'bench',
      subnetId: 'bench',
      groupId: 'hybridcompute',
      memberName: 'gbl',
      fqdns: [serverName],
      linkIdentifier: 0x01020304,
      status: 'Approved',
      disposition: 'accept',
    },
  ]);
  process.send?.({ port: report.listeners[0]?.port });
  process.once('SIGTERM', () => process.exit());
  process.once('disconnect', () => process.exit());
});
