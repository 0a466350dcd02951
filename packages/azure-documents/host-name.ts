/** Names that are safe wherever they are written, and the suffixes that have a privatelink zone. */

import type { CloudSuffixes } from '@tombolo/private-link';

/** Letters, digits and hyphens only (RFC 1123 section 2.1): nothing that a zone file or a script would read otherwise. */
const hostName =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const isHostName = (text: string): boolean => hostName.test(text);

export const privateLinkSuffixes = (suffixes: CloudSuffixes): readonly string[] => [
  suffixes.his,
  suffixes.guestConfiguration,
  suffixes.kubernetesConfiguration,
];
