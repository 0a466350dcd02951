/** Names that are safe wherever they are written, and the suffixes that have a privatelink zone. */

import { isHostName } from '@tombolo/dns-records/host-name';
import type { CloudSuffixes } from '@tombolo/private-link';

/** No underscores: nothing that a zone file or a script would read otherwise. */
export const isSafeHostName = (text: string): boolean => isHostName(text, { labels: 2 });

export const privateLinkSuffixes = (suffixes: CloudSuffixes): readonly string[] => [
  suffixes.his,
  suffixes.guestConfiguration,
  suffixes.kubernetesConfiguration,
];
