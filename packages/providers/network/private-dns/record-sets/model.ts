/** Decides a record set: a CNAME stands alone (RFC 1034 §3.6.2), the SOA is the zone's own and stays. */

import {
  ArmError,
  type PutDecision,
  type PutInput,
  type RemoveDecision,
  type RemoveInput,
  useClaim,
} from '@tombolo/arm';
import {
  type ArmRecordName,
  armFormOf,
  armRecordNames,
  initialSoa,
  mostRecords,
  parseName,
  type RecordData,
  readRecords,
  recordText,
  type Writer,
  writeRecordData,
} from '@tombolo/dns-records';
import { judgeHandWrite } from '@tombolo/private-link';
import { nameOf, objectAt, objectsAt, propertiesOf, stringsAt, withValues } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { refusalError } from '../../../rule-refusal.ts';
import { addressesOf, zoneRecordOf } from '../../networks/private-dns-zone-groups/records.ts';
import { networkError } from '../../refusals.ts';
import { type LinkedZoneState, warningsOfLoss } from '../linked-zones.ts';
import { fqdnOf } from '../private-dns-zones/names.ts';

export interface LoadedRecordSet {
  readonly zone: Document;
  /** The record sets of other types at the name. */
  readonly beside: readonly Document[];
  /** R7: the zone before a write that leaves nothing to resolve of what was there. */
  readonly emptied: readonly LinkedZoneState[];
}

/** R5, R7: what a write by hand does to the networks that are linked to the zone. */
const warningsOf = (
  { command, loaded, settings }: PutInput<JsonObject, LoadedRecordSet>,
  existing: Document,
): readonly string[] | ArmError => {
  const was = zoneRecordOf(existing);
  const addresses = addressesOf(command.properties);
  const replaced = judgeHandWrite(was, addresses, settings.strictDns);
  if ('refused' in replaced) return refusalError(replaced);
  const lost = warningsOfLoss(loaded.emptied, [existing.id], settings.strictDns);
  return lost instanceof ArmError ? lost : [...replaced, ...lost];
};

/** What goes of a zone with this record set (R7). */
export const removeRecordSet = ({
  existing,
  loaded,
  settings,
}: RemoveInput<readonly LinkedZoneState[]>): RemoveDecision | ArmError => {
  const warnings = warningsOfLoss(loaded, [existing.id], settings.strictDns);
  return warnings instanceof ArmError ? warnings : { warnings };
};

/** The ids of the other record sets that a new one may not stand beside. */
export const exclusiveIds = (record: ArmRecordName, zoneId: string, name: string): readonly string[] =>
  (record === 'CNAME'
    ? armRecordNames.filter((other) => other !== 'CNAME')
    : record === 'SOA'
      ? []
      : (['CNAME'] as const)
  ).map((other) => `${zoneId}/${other}/${name}`);

/** What the wire carries of it: there, spellings of one address are one. */
const octetsOf = (data: RecordData): string => {
  const writer: Writer = { bytes: new Uint8Array(0x10000), offset: 0, names: new Map() };
  writeRecordData(writer, data);
  return writer.bytes.subarray(0, writer.offset).join();
};

/** A set has a record once (RFC 2181 section 5), and Azure tells some apart by less than all of them. */
const repeated = (record: ArmRecordName, properties: JsonObject): string | undefined => {
  const { many, property, distinctBy } = armFormOf(record);
  if (!many) return undefined;
  const { data } = readRecords(record, properties);
  const texts = data.map(recordText);
  const whatCounts = data.map((each) =>
    distinctBy
      ? Object.entries(each)
          .filter(([field]) => distinctBy.includes(field))
          .join()
      : octetsOf(each),
  );
  const again = whatCounts.findIndex((each, index) => whatCounts.indexOf(each) < index);
  const written = objectsAt(properties, property)[again];
  if (written === undefined) return undefined;
  const fields = distinctBy ?? Object.keys(written);
  const named = fields.length === 1 ? fields.join() : `(${fields.join(', ')})`;
  return `The list of record sets of type '${record}' may not contain multiple entries with the same '${named}': '${texts[again]}'.`;
};

const tooMany = (record: ArmRecordName, properties: JsonObject): string | undefined => {
  const { many, property } = armFormOf(record);
  const count = many ? objectsAt(properties, property).length : 0;
  return count > mostRecords
    ? `A record set has ${mostRecords} records at most, and ${property} has ${count}.`
    : undefined;
};

/** Characters of one string of a TXT record: Azure DNS splits none (hashicorp/terraform-provider-azurerm#2826). */
const longestString = 255;

const tooLong = (properties: JsonObject): string | undefined => {
  const text = objectsAt(properties, 'txtRecords')
    .flatMap((entry) => stringsAt(entry, 'value'))
    .find((each) => each.length > longestString);
  return text === undefined
    ? undefined
    : `The value '${text.slice(0, 32)}…' of a TXT record has ${text.length} characters, and a string of one at most ${longestString}. Write a longer text as several strings of one record: clients join them.`;
};

const soaProperties = (written: JsonObject, existing: Document | undefined): JsonObject => {
  const before = existing ? objectAt(propertiesOf(existing), 'soaRecord') : undefined;
  const { host: _, serialNumber: __, ...own } = objectAt(written, 'soaRecord') ?? {};
  const serial = Number(before?.serialNumber ?? 0);
  const record = { ...initialSoa, ...before, ...own };
  const ttl = existing === undefined ? undefined : propertiesOf(existing).ttl;
  // What a client sends back as it read it changes nothing in the zone (RFC 1035 section 3.3.13 counts versions of it).
  const same =
    before !== undefined &&
    (written.ttl === undefined || written.ttl === ttl) &&
    Object.keys(own).every((name) => own[name] === before[name]);
  return { soaRecord: withValues({ ...record, serialNumber: same ? serial : serial + 1 }) };
};

export const putRecordSet = (
  record: ArmRecordName,
  input: PutInput<JsonObject, LoadedRecordSet>,
): PutDecision | ArmError => {
  const { command } = input;
  const { zone, beside } = input.loaded;
  const { name } = command.id;
  const id = command.existing?.id ?? `${zone.id}/${record}/${name}`;
  if (record === 'CNAME' && name === '@')
    return networkError(
      'BadRequest',
      ['A CNAME cannot be at the top of a zone, beside its SOA. Use an A record.'],
      id,
    );
  if (record === 'SOA' && name !== '@')
    return networkError(
      'BadRequest',
      [`A zone has one SOA record set, at '@'; '${name}' cannot have one.`],
      id,
    );
  // Azure has no default for it (Azure/azure-rest-api-specs#13011).
  const { ttl, metadata, ...records } = command.properties as Record<string, Json | undefined>;
  if (ttl === undefined)
    return networkError('BadRequest', [`Record set '${id}' needs properties.ttl, in seconds.`], 'ttl');
  const [other] = beside;
  if (other) {
    const message =
      record === 'CNAME'
        ? `The CNAME record could not be created because another record with the same name already exists in this zone: '${other.id}'.`
        : `The record could not be created because a CNAME record with the same name already exists in this zone: '${other.id}'.`;
    return networkError('Conflict', [message], id);
  }
  if (parseName(fqdnOf(name, nameOf(zone.id))) === undefined)
    return networkError(
      'BadRequest',
      [`The name '${name}' and its zone have more than 253 characters together: nobody could ask for it.`],
      id,
    );
  // hashicorp/terraform-provider-azurerm#12406 has the status.
  const over = tooMany(record, command.properties);
  if (over !== undefined) return networkError('Conflict', [over], id);
  const wrong = tooLong(command.properties) ?? repeated(record, command.properties);
  if (wrong !== undefined) return networkError('BadRequest', [wrong], id);
  const warnings = command.existing ? warningsOf(input, command.existing) : [];
  if (warnings instanceof ArmError) return warnings;
  const properties = withValues({
    metadata,
    ttl,
    fqdn: fqdnOf(name, nameOf(zone.id)),
    isAutoRegistered: false,
    ...records,
    ...(record === 'SOA' ? soaProperties(command.properties, command.existing) : {}),
  });
  return {
    properties,
    effects: {
      expect: exclusiveIds(record, zone.id, name).map((absent) => ({
        id: absent,
        version: 'absent' as const,
      })),
      claims: [useClaim(zone.id, id)],
    },
    warnings,
  };
};

/** Empty lists and no metadata are shown as such (`aRecords: []`): clients index them. */
export const shownRecordSet = (record: ArmRecordName, document: Document): JsonObject => {
  const { many, property } = armFormOf(record);
  return { properties: { metadata: {}, ...(many ? { [property]: [] } : {}), ...propertiesOf(document) } };
};
