/** Properties of a machine: what people write, and what its agent reports of it. */

import { enumerated, resourceId } from '@tombolo/arm';
import { isGuid } from '@tombolo/arm/guid';
import { linkedActions } from '@tombolo/private-link';
import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import { types } from '../types.ts';

const text = (longest = 256) => z.string().max(longest).nullish();
const flag = z.boolean().nullish();
const guid = z.string().refine(isGuid, 'it has to be a GUID').nullish();
/** `putMachine` judges the form, in Azure's own code. */
const judgedGuid = text(64);
const texts = z.array(z.string().max(256)).max(1000).nullish();
const extension = z.object({ publisher: text(), type: text() });
const json: z.ZodType<Json | undefined> = z.json().optional() as z.ZodType<Json | undefined>;

const locationData = z
  .object({ name: z.string().max(256), city: text(), district: text(), countryOrRegion: text() })
  .nullish();

const patchSettings = z
  .object({
    assessmentMode: enumerated(['ImageDefault', 'AutomaticByPlatform']).nullish(),
    patchMode: enumerated(['ImageDefault', 'AutomaticByPlatform', 'AutomaticByOS', 'Manual']).nullish(),
    enableHotpatching: flag,
  })
  .nullish();
const operatingSystemConfiguration = z.object({ patchSettings }).nullish();

const agentConfiguration = z
  .object({
    proxyUrl: text(2048),
    proxyBypass: texts,
    incomingConnectionsPorts: texts,
    extensionsAllowList: z.array(extension).max(1000).nullish(),
    extensionsBlockList: z.array(extension).max(1000).nullish(),
    extensionsEnabled: text(),
    guestConfigurationEnabled: text(),
    configMode: enumerated(['full', 'monitor']).nullish(),
  })
  .nullish();

/** A PUT replaces these: what it leaves out is gone. */
const replaced = {
  locationData,
  osProfile: z
    .object({
      computerName: text(),
      windowsConfiguration: operatingSystemConfiguration,
      linuxConfiguration: operatingSystemConfiguration,
    })
    .nullish(),
  /** Clusters are somebody else's; the id is kept and shown. */
  parentClusterResourceId: resourceId(
    { type: 'Microsoft.AzureStackHCI/clusters', resolve: 'may-dangle' },
    { orEmpty: true },
  ).nullish(),
  mssqlDiscovered: text(),
  cloudMetadata: z.object({ provider: text() }).nullish(),
  agentUpgrade: z
    .object({ desiredVersion: text(), correlationId: guid, enableAutomaticUpgrade: flag })
    .nullish(),
  serviceStatuses: json,
  licenseProfile: json,
  tpmEkCertificate: text(16_384),
  identityKeyStore: text(),
};

/** What a machine is known by: what is no GUID is refused as Azure refuses it. */
export const guidNames = ['vmId', 'vmUuid'] as const;

/** Who the machine is. Kept when left out, never changed. */
const identity = { vmId: judgedGuid, clientPublicKey: text(8192) };

/** Read-only in the published contract; our agent writes them with its PUT, and no other client's PUT wipes them. */
const reported = {
  agentVersion: text(64),
  displayName: text(),
  machineFqdn: text(),
  osName: text(),
  osType: text(64),
  osVersion: text(),
  osSku: text(),
  osEdition: text(),
  vmUuid: judgedGuid,
  domainName: text(),
  adFqdn: text(),
  dnsFqdn: text(),
  detectedProperties: z.record(z.string().max(256), z.string().max(4096)).nullish(),
  agentConfiguration,
  firmwareProfile: z.object({ serialNumber: text(), type: text() }).nullish(),
  hardwareProfile: json,
  storageProfile: json,
};

export const machineProperties = z.object({
  ...replaced,
  ...identity,
  ...reported,
  /** null and '' clear the association (R2), which `decideAssociation` judges. */
  privateLinkScopeResourceId: resourceId(
    { type: types.scope, resolve: 'may-dangle', linkedAction: linkedActions.readScope, judgedByType: true },
    { orEmpty: true },
  ).nullish(),
});

export type MachineProperties = z.infer<typeof machineProperties>;

export const replacedNames = Object.keys(replaced) as readonly (keyof typeof replaced)[];
export const identityNames = Object.keys(identity) as readonly (keyof typeof identity)[];
export const keptNames = [...Object.keys(identity), ...Object.keys(reported)] as readonly (
  | keyof typeof identity
  | keyof typeof reported
)[];

/** Read-only within what a PUT replaces: a client that writes back what it read leaves them out (`az connectedmachine update`). */
export const keptWithin = { cloudMetadata: 'provider', osProfile: 'computerName' } as const;

/** Of a heartbeat's value, what it says of the machine: newer than what is stored. */
const beaten = [
  'agentVersion',
  'osName',
  'osType',
  'osVersion',
  'osSku',
  'machineFqdn',
  'displayName',
] as const;

export const reportedByHeartbeat = (value: JsonObject | undefined): JsonObject =>
  Object.fromEntries(
    beaten.flatMap((name) =>
      typeof value?.[name] === 'string' && value[name] !== '' ? [[name, value[name]]] : [],
    ),
  );

/** `errorDetails` as ARM shows them, of a heartbeat that tells of an error. */
export const errorsOfHeartbeat = (value: JsonObject | undefined): JsonObject => {
  if (value?.status !== 'Error') return {};
  const code = String(value.errorCode ?? 'AgentError');
  return { errorDetails: [{ code, message: String(value.errorDetails ?? code) }] };
};

/** `{networkInterfaces}` of a heartbeat that reports them. */
export const networkProfileOf = (value: JsonObject | undefined): JsonObject =>
  isObject(value?.networkProfile) ? value.networkProfile : { networkInterfaces: [] };
