/** The application security groups that a private endpoint says it is in. */

import { type ArmError, type Effects, type PutInput, useClaim, useRelease } from '@tombolo/arm';
import { objectsAt, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import type { EndpointProperties } from './schema.ts';

type Input = PutInput<EndpointProperties, { readonly groups: ReadonlyMap<string, Document> }>;

/** They have to be there, in the endpoint's region; the endpoint then uses them. */
export const groupsUse = (
  { command, loaded }: Input,
  endpointId: string,
): ArmError | Required<Pick<Effects, 'expect' | 'claims' | 'releases'>> => {
  const wanted = (command.properties.applicationSecurityGroups ?? []).map(({ id }) => id.toLowerCase());
  const missing = wanted.find((id) => {
    const group = loaded.groups.get(id);
    return group?.type !== types.applicationSecurityGroup || group.body.location !== command.location;
  });
  if (missing !== undefined)
    return networkError('InvalidResourceReference', [missing, endpointId], 'applicationSecurityGroups');
  const before = command.existing
    ? objectsAt(propertiesOf(command.existing), 'applicationSecurityGroups').map(({ id }) =>
        String(id).toLowerCase(),
      )
    : [];
  return {
    expect: wanted.map((id) => ({ id: loaded.groups.get(id)!.id, version: 'present' as const })),
    claims: wanted.map((id) => useClaim(id, endpointId)),
    releases: before.filter((id) => !wanted.includes(id)).map((id) => useRelease(id, endpointId)),
  };
};
