/** Which services a subnet may have endpoints to, and where. */

import type { ArmError } from '@tombolo/arm';
import { normalizeLocation } from '@tombolo/private-link';
import { objectsAt, propertiesOf, stringAt, stringsAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';

/** Microsoft Learn, "Virtual Network service endpoints"; what Azure's portal offers. */
export const endpointServices: readonly string[] = [
  'Microsoft.AzureActiveDirectory',
  'Microsoft.AzureCosmosDB',
  'Microsoft.CognitiveServices',
  'Microsoft.ContainerRegistry',
  'Microsoft.EventHub',
  'Microsoft.KeyVault',
  'Microsoft.ServiceBus',
  'Microsoft.Sql',
  'Microsoft.Storage',
  'Microsoft.Storage.Global',
  'Microsoft.Web',
];

const has = (services: readonly string[], service: string): boolean =>
  services.some((other) => other.toLowerCase() === service.toLowerCase());

interface ServiceEndpoint {
  readonly service: string;
  readonly locations: readonly string[];
}

const endpointsOf = (properties: JsonObject): readonly ServiceEndpoint[] =>
  objectsAt(properties, 'serviceEndpoints').map((entry) => ({
    service: stringAt(entry, 'service') ?? '',
    locations: stringsAt(entry, 'locations').map(normalizeLocation),
  }));

/** Of a subnet as it is to be stored. What it had already stays allowed, whatever that is. */
export const checkServiceEndpoints = (
  subnet: { readonly id: string; readonly properties: JsonObject },
  existing: Document | undefined,
  regions: readonly string[],
): ArmError | undefined => {
  const before = existing ? endpointsOf(propertiesOf(existing)) : [];
  for (const [index, { service, locations }] of endpointsOf(subnet.properties).entries()) {
    const at = `properties.serviceEndpoints[${index}]`;
    const had = before.filter((endpoint) => has([endpoint.service], service));
    if (had.length === 0 && !has(endpointServices, service))
      return networkError(
        'InvalidServiceEndpoint',
        [subnet.id, `there is no service '${service}'`, `Services are: ${endpointServices.join(', ')}.`],
        `${at}.service`,
      );
    // `*`: everywhere.
    const unknown = locations.find(
      (location) =>
        location !== '*' &&
        !regions.includes(location) &&
        !had.some((endpoint) => endpoint.locations.includes(location)),
    );
    if (unknown !== undefined)
      return networkError(
        'InvalidServiceEndpoint',
        [
          subnet.id,
          `'${service}' cannot be reached in '${unknown}'`,
          `Give '*' or regions of this cloud: ${regions.join(', ')}.`,
        ],
        `${at}.locations`,
      );
  }
  return undefined;
};
