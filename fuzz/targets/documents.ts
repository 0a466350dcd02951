/** What az, PowerShell and the portal print, and lists of service tags. */

import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  DocumentProblem,
  decodeDocument,
  parseDocument,
  parseDocumentText,
  readEndpointDocument,
  readSecurityGroupDocument,
  requireServiceTags,
} from '@tombolo/azure-documents';
import { formatPrefix, isRefusal, readPrefix } from '@tombolo/ip/prefix';
import { readDocumentTexts, ServiceTagRefusal } from '@tombolo/service-tags';
import { type Target, textOf, unlessRefused } from '../target.ts';

const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network';
const scope = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/privateLinkScopes/sc';
const connection = {
  name: 'c',
  privateLinkServiceId: scope,
  groupIds: ['hybridcompute'],
  privateLinkServiceConnectionState: { status: 'Approved', description: '' },
};
const names = [
  { fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['10.0.0.4'] },
  { fqdn: 'je.his.arc.azure.com', ipAddresses: ['10.0.0.5'] },
];
const endpoint = {
  id: `${group}/privateEndpoints/pe`,
  name: 'pe',
  type: 'Microsoft.Network/privateEndpoints',
  location: 'japaneast',
  properties: { privateLinkServiceConnections: [{ properties: connection }], customDnsConfigs: names },
};
const flat = {
  ...endpoint,
  properties: undefined,
  privateLinkServiceConnections: [connection],
  customDnsConfigs: names,
  resourceGroup: 'g',
};
const rule = {
  name: 'r',
  priority: 100,
  direction: 'Outbound',
  access: 'Allow',
  protocol: 'Tcp',
  sourceAddressPrefix: '*',
  sourcePortRange: '*',
  destinationAddressPrefix: 'AzureActiveDirectory',
  destinationPortRange: '443',
};
const security = { id: `${group}/networkSecurityGroups/n`, name: 'n', securityRules: [rule] };
const configurations = [
  {
    name: 'i',
    privateIPAddress: '10.0.0.4',
    privateLinkConnectionProperties: { fqdns: ['gbl.his.arc.azure.com'], groupId: 'hybridcompute' },
  },
];
const nic = { id: `${group}/networkInterfaces/n`, name: 'n', ipConfigurations: configurations };
const zones = {
  id: `${endpoint.id}/privateDnsZoneGroups/default`,
  name: 'default',
  privateDnsZoneConfigs: [
    {
      privateDnsZoneId: `${group}/privateDnsZones/privatelink.his.arc.azure.com`,
      recordSets: [{ recordSetName: 'gbl', recordType: 'A', ipAddresses: ['10.0.0.4'] }],
    },
  ],
};
const utf16 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(`\ufeff${text}`, 'utf16le'));

export const azureDocument: Target = {
  name: 'azure-document',
  asks: 'parseDocument, readEndpointDocument, readSecurityGroupDocument, requireServiceTags',
  seeds: [
    ...[endpoint, flat, security, nic, zones, { value: [endpoint], nextLink: null }].map((one) =>
      JSON.stringify(one),
    ),
    utf16(JSON.stringify(flat)),
    `WARNING: a\n${JSON.stringify(nic)}\nWARNING: b`,
    'ERROR: (ResourceNotFound) it is not there',
    'FQDN  IP\ngbl.his.arc.azure.com  10.0.0.4\n',
    JSON.stringify({ resources: [{ ...endpoint, apiVersion: '2024-05-01' }] }),
  ],
  dictionary: [
    ...[
      '\ufeff',
      '\xff\xfe',
      'WARNING: ',
      'ERROR: ',
      '"properties":{',
      '"value":[',
      'privateLinkServiceConnections',
    ],
    ...[
      '"privateLinkServiceId":',
      'customDnsConfigs',
      'ipConfigurations',
      'privateDnsZoneConfigs',
      'recordSets',
    ],
    ...[
      'securityRules',
      '"resources":[',
      '"type":"Microsoft.Network/privateEndpoints"',
      '10.0.0.4',
      '\u001b[33m',
    ],
  ],
  run: (input) => {
    const text = unlessRefused([DocumentProblem], () => decodeDocument(input));
    if (text === undefined) return;
    const value = unlessRefused([DocumentProblem], () => parseDocument(input));
    if (value === undefined) return;
    deepEqual(parseDocumentText(text), value);
    const read = (): unknown => unlessRefused([DocumentProblem], () => readEndpointDocument(value));
    const found = read();
    deepEqual(read(), found, 'reading it alters nothing');
    unlessRefused([DocumentProblem], () => readSecurityGroupDocument(value));
    unlessRefused([DocumentProblem], () => requireServiceTags(value));
  },
};

const tag = (addressPrefixes: readonly string[]) => ({
  name: 'AzureArcInfrastructure',
  id: 'AzureArcInfrastructure',
  properties: {
    changeNumber: 1,
    region: '',
    regionId: 0,
    platform: 'Azure',
    systemService: 'Arc',
    addressPrefixes,
  },
});

export const serviceTags: Target = {
  name: 'service-tags',
  asks: 'readDocumentTexts',
  seeds: [
    JSON.stringify({ changeNumber: 7, cloud: 'Public', values: [tag(['10.0.0.0/8', '2001:db8::/32'])] }),
    JSON.stringify({ value: [tag(['10.0.0.1/8'])], nextLink: '' }),
  ],
  dictionary: [
    '"changeNumber":',
    '"cloud":"Public"',
    '"values":[',
    '"value":[',
    '"nextLink":null',
    '::/0',
    '0.0.0.0/0',
    '/33',
    '::ffff:1.2.3.4',
    'addressPrefixes',
  ],
  run: (input) => {
    const text = textOf(input);
    for (const normalise of [false, true]) {
      const read = unlessRefused([ServiceTagRefusal], () =>
        readDocumentTexts([text], { normalise, cloud: 'Public' }),
      );
      for (const { addressPrefixes } of read?.document.tags ?? [])
        for (const prefix of addressPrefixes) {
          const again = readPrefix(prefix);
          ok(!isRefusal(again), prefix);
          equal(formatPrefix(again), prefix, 'a prefix is as it is printed');
        }
    }
  },
};
