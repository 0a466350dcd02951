/** Decides a forwarding ruleset: which outbound endpoints its rules leave by. */

import { type ArmError, type PutDecision, type PutInput, sameId, useClaim, useRelease } from '@tombolo/arm';
import { objectsAt, propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import type { RulesetProperties } from './schema.ts';

export interface LoadedRuleset {
  /** By lower-case id. */
  readonly endpoints: ReadonlyMap<string, Document>;
}

export const wantedEndpoints = (properties: RulesetProperties): readonly string[] =>
  (properties.dnsResolverOutboundEndpoints ?? []).map(({ id }) => id);

export const putRuleset = ({
  command,
  loaded: { endpoints },
  newGuid,
}: PutInput<RulesetProperties, LoadedRuleset>): PutDecision | ArmError => {
  const id = command.storedId;
  const wanted = wantedEndpoints(command.properties);
  if (wanted.length === 0)
    return networkError(
      'BadRequest',
      [`Ruleset '${id}' needs at least one outbound endpoint.`],
      'dnsResolverOutboundEndpoints',
    );
  const missing = wanted.find((endpoint) => {
    const found = endpoints.get(endpoint.toLowerCase());
    return found?.type !== types.outboundEndpoint || found.body.location !== command.location;
  });
  if (missing !== undefined)
    return networkError('InvalidResourceReference', [missing, id], 'dnsResolverOutboundEndpoints');
  const before = command.existing && propertiesOf(command.existing);
  const had = objectsAt(before, 'dnsResolverOutboundEndpoints').flatMap(
    (entry) => stringAt(entry, 'id') ?? [],
  );
  const used = wanted.map((endpoint) => endpoints.get(endpoint.toLowerCase())!);
  return {
    properties: {
      dnsResolverOutboundEndpoints: used.map((endpoint) => ({ id: endpoint.id })),
      provisioningState: 'Succeeded',
      resourceGuid: stringAt(before, 'resourceGuid') ?? newGuid(),
    },
    effects: {
      expect: used.map((endpoint) => ({ id: endpoint.id, version: 'present' as const })),
      claims: used.map((endpoint) => useClaim(endpoint.id, id)),
      releases: had
        .filter((endpoint) => !used.some((kept) => sameId(kept.id, endpoint)))
        .map((endpoint) => useRelease(endpoint, id)),
    },
  };
};
