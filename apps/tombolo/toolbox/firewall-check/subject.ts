/** What `tombolo firewall check` judges: the groups that apply, what stands around them, and what was left out. */

import { printedBy, readSecurityGroupDocument } from '@tombolo/azure-documents';
import type { AppliedGroups, RoutingSurroundings, SecurityGroup, Surroundings } from '@tombolo/network-rules';
import { readSecurityGroup } from '@tombolo/network-rules';
import { CommandError } from '../../shell/command-error.ts';
import { orRefused, placeOf, readDocumentFile } from '../documents/document-file.ts';

export interface Subject {
  /** What was named: an id or a file. */
  readonly name: string;
  readonly groups: AppliedGroups;
  /** Each group by itself, for R22. */
  readonly each: readonly SecurityGroup[];
  readonly surroundings: Surroundings;
  /** Where a subnet is known. */
  readonly routing?: RoutingSurroundings;
  readonly notes: readonly string[];
}

/** Without a network at hand: all private addresses (RFC 1918) are the network's. */
export const anyPrivateNetwork = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** From a document of any form. Throws InvalidArgument. */
export const readGroup = (document: unknown, place: string): SecurityGroup => {
  const group = readSecurityGroup(orRefused(place, () => readSecurityGroupDocument(document)));
  if ('problem' in group)
    throw new CommandError(
      'InvalidArgument',
      `${place} is no network security group: ${group.problem}.`,
      `Give what "${printedBy('security-group')}" prints, or the ARM resource.`,
    );
  return group;
};

/** Offline, from an exported group. Throws InvalidArgument. */
export const subjectOfFile = (file: string, virtualNetwork: readonly string[]): Subject => {
  const group = readGroup(readDocumentFile(file), placeOf(file));
  const assumed = virtualNetwork.length === 0;
  return {
    name: placeOf(file),
    groups: { subnet: group },
    each: [group],
    surroundings: { virtualNetwork: assumed ? anyPrivateNetwork : virtualNetwork },
    notes: assumed
      ? [
          'VirtualNetwork is taken to be all private addresses (RFC 1918): say --virtual-network PREFIX for the real one.',
        ]
      : [],
  };
};
