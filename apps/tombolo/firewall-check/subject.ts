/** What `tombolo firewall check` judges: the groups that apply, what stands around them, and what was left out. */

import type {
  AppliedGroups,
  Body,
  RoutingSurroundings,
  SecurityGroup,
  Surroundings,
} from '@tombolo/network-rules';
import { readSecurityGroup } from '@tombolo/network-rules';
import { CommandError } from '../command-error.ts';
import { readBoundedText } from '../service-tags/input.ts';

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

/** Throws InvalidArgument. */
export const readGroup = (body: unknown, name: string): SecurityGroup => {
  const group = readSecurityGroup(
    (typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}) as Body,
  );
  if ('problem' in group)
    throw new CommandError(
      'InvalidArgument',
      `${name} is no network security group: ${group.problem}.`,
      'Give what "az network nsg show -g GROUP -n NAME" prints, or the ARM resource.',
    );
  return group;
};

/** Offline, from an exported group. Throws InvalidArgument. */
export const subjectOfFile = (file: string, virtualNetwork: readonly string[]): Subject => {
  const text = readBoundedText(file);
  let body: unknown;
  try {
    body = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `${file} is not JSON: ${(error as Error).message.slice(0, 200)}.`,
      'Give what "az network nsg show -g GROUP -n NAME" prints.',
    );
  }
  const group = readGroup(body, file);
  const assumed = virtualNetwork.length === 0;
  return {
    name: file,
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
