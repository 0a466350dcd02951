/** Reads names from what ARM answers to GET: private endpoints, zone groups, network interfaces, lists of them. */

import { z } from 'zod';
import { checkForm, forms, isObject, none, type Read, row, shortRow, together } from './document-form.ts';
import { MaterialProblem } from './problem.ts';

const connection = z.object({
  properties: z.object({
    privateLinkServiceConnectionState: z.object({ status: z.string().optional() }).optional(),
  }),
});
const endpointAnswer = z.object({
  customDnsConfigs: z
    .array(z.object({ fqdn: z.string().nullish(), ipAddresses: z.array(z.string()).nullish() }))
    .nullish(),
  privateLinkServiceConnections: z.array(connection).nullish(),
  manualPrivateLinkServiceConnections: z.array(connection).nullish(),
});
const zoneGroupAnswer = z.object({
  privateDnsZoneConfigs: z
    .array(
      z.object({
        properties: z.object({
          recordSets: z
            .array(z.object({ fqdn: z.string(), ipAddresses: z.array(z.string()).nullish() }))
            .nullish(),
        }),
      }),
    )
    .nullish(),
});
const interfaceAnswer = z.object({
  ipConfigurations: z.array(
    z.object({
      properties: z.object({
        privateIPAddress: z.string().nullish(),
        privateLinkConnectionProperties: z.object({ fqdns: z.array(z.string()).nullish() }).nullish(),
      }),
    }),
  ),
});

const readEndpoint = (properties: unknown, where: string): Read => {
  const answer = checkForm(endpointAnswer, properties, where);
  const states = [
    ...(answer.privateLinkServiceConnections ?? []),
    ...(answer.manualPrivateLinkServiceConnections ?? []),
  ].flatMap((entry) => entry.properties.privateLinkServiceConnectionState?.status ?? []);
  return {
    names: (answer.customDnsConfigs ?? []).flatMap(({ fqdn, ipAddresses }, index) =>
      fqdn ? [{ fqdn, ipAddresses: ipAddresses ?? [], where: `${where}.customDnsConfigs[${index}]` }] : [],
    ),
    warnings: states
      .filter((status) => status !== 'Approved')
      .map((status) => ({
        code: 'connection-not-approved',
        message: `The endpoint's connection is ${JSON.stringify(status.slice(0, 40))}: its addresses refuse until it is Approved.`,
      })),
  };
};

const readZoneGroup = (properties: unknown, where: string): Read => ({
  names: (checkForm(zoneGroupAnswer, properties, where).privateDnsZoneConfigs ?? []).flatMap(
    (config, index) =>
      (config.properties.recordSets ?? []).map(({ fqdn, ipAddresses }, set) => ({
        fqdn,
        ipAddresses: ipAddresses ?? [],
        where: `${where}.privateDnsZoneConfigs[${index}].recordSets[${set}]`,
      })),
  ),
  warnings: [],
});

const readInterface = (properties: unknown, where: string): Read => ({
  names: checkForm(interfaceAnswer, properties, where).ipConfigurations.flatMap(
    ({ properties: config }, index) =>
      (config.privateLinkConnectionProperties?.fqdns ?? []).map((fqdn) => ({
        fqdn,
        ipAddresses: config.privateIPAddress ? [config.privateIPAddress] : [],
        where: `${where}.ipConfigurations[${index}]`,
      })),
  ),
  warnings: [],
});

/** Throws MaterialProblem where it is none of these, or an error answer. */
export const readAnswer = (value: unknown, where: string): Read => {
  if (Array.isArray(value))
    return together(value.map((entry, index) => readAnswer(entry, `${where}[${index}]`)));
  if (!isObject(value)) throw new MaterialProblem(`${where || 'The document'} is no object.`, forms);
  if (Array.isArray(value.value)) return readAnswer(value.value, `${where}.value`);
  if (isObject(value.error))
    throw new MaterialProblem(
      `${where || 'The document'} is an error answer (${JSON.stringify(String(value.error.code).slice(0, 60))}), no endpoint.`,
      'Repeat the GET until it succeeds.',
    );
  if ('fqdn' in value) {
    const [fqdn, ipAddresses] =
      'ipAddress' in value
        ? (({ fqdn, ipAddress }) => [fqdn, [ipAddress]] as const)(checkForm(shortRow, value, where))
        : (({ fqdn, ipAddresses }) => [fqdn, ipAddresses] as const)(checkForm(row, value, where));
    return { ...none, names: [{ fqdn, ipAddresses, where }] };
  }
  const { properties } = value;
  if (isObject(properties)) {
    const at = `${where}.properties`.replace(/^\./, '');
    if ('privateDnsZoneConfigs' in properties) return readZoneGroup(properties, at);
    if ('ipConfigurations' in properties) return readInterface(properties, at);
    if (
      'customDnsConfigs' in properties ||
      'privateLinkServiceConnections' in properties ||
      'manualPrivateLinkServiceConnections' in properties
    )
      return readEndpoint(properties, at);
  }
  throw new MaterialProblem(
    `${where || 'The document'} is no private endpoint, no zone group and no network interface.`,
    forms,
  );
};
