/** Name-server listeners whose addresses are added to the loopback interface where the host lacks them (`--realize lo`). */

import type { DnsServer, ListenerReport, WantedListener } from '@tombolo/dns';
import type { LoopbackRealizer } from '@tombolo/gateway';

/** Opens what is wanted; with a realizer, adds missing addresses, tries those again, and removes what nobody wants. */
export const reconcileListeners = async (
  server: Pick<DnsServer, 'reconcile'>,
  wanted: readonly WantedListener[],
  realizer: Pick<LoopbackRealizer, 'realize' | 'release'> | undefined,
): Promise<readonly ListenerReport[]> => {
  const reports = await server.reconcile(wanted);
  if (!realizer) return reports;
  await realizer.release((address) => !wanted.some((listener) => listener.address === address));
  const missing = reports.filter((report) => report.state === 'unrealized');
  if (missing.length === 0) return reports;
  for (const report of missing) await realizer.realize(report.address);
  return server.reconcile(wanted);
};
