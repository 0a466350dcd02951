/** The catalogue in the names and ports of an installation with its own cloud profile. */

import { isWithin } from '@tombolo/dns-records';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import type { CloudName, Requirement } from './requirement.ts';

/** `https://management.example:8443` → its host and port. */
const originParts = (origin: string): { readonly host: string; readonly port: number } => {
  const parts = /^https:\/\/([^/:]+)(?::(\d{1,5}))?/.exec(origin);
  return { host: (parts?.[1] ?? '').toLowerCase(), port: Number(parts?.[2] ?? 443) };
};

/** `*.his.arc.azure.com` under another suffix; undefined where the host is not under the first. */
const moved = (host: string, from: string, to: string): string | undefined =>
  isWithin(host, from) ? `${host.slice(0, host.length - from.length)}${to}` : undefined;

/** Entries for the installation's own services with its names and ports; what it does not serve stays as the cloud has it. */
export const inNamesOf = (
  requirements: readonly Requirement[],
  cloud: CloudName,
  profile: CloudProfile,
): readonly Requirement[] => {
  const real = realClouds[cloud];
  if (real === undefined) return requirements;
  const pairs: (readonly [from: string, to: string, port: number])[] = [
    [real.suffixes.his, profile.suffixes.his, profile.ports.https],
    [real.suffixes.guestConfiguration, profile.suffixes.guestConfiguration, profile.ports.https],
    [real.suffixes.kubernetesConfiguration, profile.suffixes.kubernetesConfiguration, profile.ports.https],
  ];
  if (real.suffixes.notification !== undefined && profile.suffixes.notification !== undefined) {
    pairs.push([real.suffixes.notification, profile.suffixes.notification, profile.ports.https]);
  }
  // Of the names under the relay's suffix an installation has those of notifications, and none that SSH or clusters use.
  if (real.suffixes.relay !== undefined && profile.suffixes.relay !== undefined) {
    pairs.push([`azgn*.${real.suffixes.relay}`, `azgn*.${profile.suffixes.relay}`, profile.ports.https]);
  }
  const origins = [
    [real.resourceManager, profile.resourceManager],
    [real.activeDirectory, profile.activeDirectory],
  ] as const;
  for (const [from, to] of origins) {
    const { host, port } = originParts(to);
    pairs.push([originParts(from).host, host, port]);
  }
  return requirements.map((entry) => {
    if (entry.cloud !== cloud) return entry;
    for (const [from, to, port] of pairs) {
      const host = moved(entry.host, from, to);
      if (host === undefined) continue;
      const ports = entry.ports.map((each) => (each.port === 443 ? { ...each, port } : each));
      return { ...entry, host, ports };
    }
    return entry;
  });
};
