/** Decides a private DNS zone: of a name that Azure lets others have, created with its SOA, deleted only without links. */

import type { ArmError, PutDecision, PutInput, RemoveInput } from '@tombolo/arm';
import { useClaim } from '@tombolo/arm';
import { type ArmRecordName, armRecordNames, defaultTtl, initialSoa } from '@tombolo/dns-records';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { keptByNested } from '../../in-use.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { checkTags } from '../tags.ts';
import { isReservedZoneName } from './names.ts';

export const recordSetType = (record: ArmRecordName): string => `${types.zone}/${record}`;
const byType: ReadonlyMap<string, ArmRecordName> = new Map(
  armRecordNames.map((record) => [recordSetType(record), record]),
);

/** Of which type this record set is; undefined: it is none. */
export const recordOf = (document: Document): ArmRecordName | undefined => byType.get(document.type);

/** A zone's limits as its answers name them. */
const limits = {
  maxNumberOfRecordSets: 25_000,
  maxNumberOfVirtualNetworkLinks: 1_000,
  maxNumberOfVirtualNetworkLinksWithRegistration: 100,
} as const;

export const putZone = ({ command, newGuid }: PutInput<object, undefined>): PutDecision | ArmError => {
  const zoneId = command.storedId;
  const { existing } = command;
  const tooMany = checkTags(command);
  if (tooMany) return tooMany;
  const internalId = (existing && stringAt(propertiesOf(existing), 'internalId')) ?? newGuid();
  const properties = { internalId, provisioningState: 'Succeeded' };
  if (existing) return { properties };
  if (isReservedZoneName(command.id.name))
    return networkError(
      'BadRequest',
      [
        `The Private DNS zone name '${command.id.name}' is not permitted: it is a reserved Azure infrastructure domain, and a zone of it would take the public names below it away from every network that is linked. Name the zone of the one service that you want to answer for, like privatelink.his.arc.azure.com.`,
      ],
      command.id.name,
    );
  const soaId = `${zoneId}/SOA/@`;
  const soa = {
    ttl: defaultTtl,
    fqdn: `${command.id.name}.`,
    isAutoRegistered: false,
    soaRecord: { ...initialSoa },
  };
  return {
    properties,
    effects: {
      expect: [{ id: soaId, version: 'absent' }],
      puts: [{ id: soaId, type: recordSetType('SOA'), body: { properties: soa } }],
      claims: [useClaim(zoneId, soaId)],
    },
  };
};

/** Its record sets go with it; a link keeps it, in Azure's code. */
export const removeZone = ({
  existing,
  below,
}: Pick<RemoveInput<undefined>, 'existing' | 'below'>): ArmError | object => {
  const links = below.filter((document) => document.type === types.zoneLink);
  return links.length === 0
    ? {}
    : keptByNested(
        existing.id,
        links.map(({ id }) => id),
      );
};

/**
 * Counted by the claims that record sets and links hold on their zone, without reading them.
 * @param links the link documents, for what they register.
 */
export const shownZone = (
  zone: Document,
  holders: readonly string[],
  links: readonly Document[],
): JsonObject => ({
  ...zone.body,
  properties: {
    ...propertiesOf(zone),
    ...limits,
    numberOfRecordSets: holders.length - links.length,
    numberOfVirtualNetworkLinks: links.length,
    numberOfVirtualNetworkLinksWithRegistration: links.filter(
      (link) => propertiesOf(link).registrationEnabled === true,
    ).length,
  },
});
