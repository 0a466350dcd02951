/** `az network private-dns`: creations are conditional, updates carry the etag in the body and no condition. */

import type { JsonObject } from '@tombolo/store/port';
import type { AzCommand, Step } from './session.ts';
import { askGroup, generated, networkId, pick, pickProperties } from './steps.ts';

const dns = generated('2018-09-01');
const links = generated('2024-06-01');
export const his = networkId('privateDnsZones/privatelink.his.arc.azure.com');
export const gas = networkId('privateDnsZones/privatelink.guestconfiguration.azure.com');
const link = `${his}/virtualNetworkLinks/l1`;
const recordOf = (type: string, name: string): string => `${his}/${type}/${name}`;
const onlyNew = { headers: { 'If-None-Match': '*' } };
const names = 'az network private-dns';
const at = '-g g1 -z privatelink.his.arc.azure.com';

const zoneReads = [
  'id',
  'name',
  'etag',
  'properties.provisioningState',
  'properties.numberOfRecordSets',
  'properties.maxNumberOfRecordSets',
];
const recordReads = [
  'id',
  'name',
  'etag',
  'properties.ttl',
  'properties.fqdn',
  'properties.isAutoRegistered',
];

/** `add-record` looks for the set first, and makes it. */
const addTo = (type: string, name: string, properties: JsonObject): readonly Step[] => [
  dns.get(recordOf(type, name), { takes: [404] }),
  dns.put(
    recordOf(type, name),
    { properties: { ...properties, ttl: 3600 } },
    { ...onlyNew, reads: recordReads },
  ),
];

export const privateDnsCommands: readonly AzCommand[] = [
  ...[his, gas].map((zone) => ({
    line: `${names} zone create -g g1 -n ${zone.slice(zone.lastIndexOf('/') + 1)}`,
    steps: [askGroup, dns.put(zone, { location: 'global' }, { ...onlyNew, reads: zoneReads })],
  })),
  {
    line: `${names} zone create -g g1 -n privatelink.his.arc.azure.com   # again`,
    steps: [dns.put(his, { location: 'global' }, { ...onlyNew, takes: [412] })],
  },
  {
    line: `${names} zone show -g g1 -n privatelink.his.arc.azure.com`,
    steps: [dns.get(his, { reads: zoneReads })],
  },
  {
    line: `${names} zone update -g g1 -n privatelink.his.arc.azure.com --tags q=1`,
    steps: [
      dns.get(his),
      dns.put(his, (seen) => ({ ...pick(seen, 'etag', 'location'), properties: {}, tags: { q: '1' } }), {
        reads: ['tags.q'],
      }),
    ],
  },
  {
    line: `${names} link vnet create ${at} -n l1 -v v1 -e false`,
    steps: [
      askGroup,
      links.put(
        link,
        {
          location: 'global',
          properties: {
            registrationEnabled: false,
            virtualNetwork: { id: networkId('virtualNetworks/v1') },
          },
        },
        { ...onlyNew, reads: ['properties.virtualNetworkLinkState', 'properties.virtualNetwork.id'] },
      ),
    ],
  },
  {
    line: `${names} link vnet update ${at} -n l1 --tags a=1`,
    steps: [
      links.get(link),
      links.put(link, (seen) => ({
        ...pick(seen, 'etag', 'location'),
        properties: pickProperties(seen, 'registrationEnabled', 'resolutionPolicy', 'virtualNetwork'),
        tags: { a: '1' },
      })),
    ],
  },
  {
    line: `${names} record-set a add-record ${at} -n extra -a 10.10.2.77`,
    steps: addTo('A', 'extra', { aRecords: [{ ipv4Address: '10.10.2.77' }] }),
  },
  {
    line: `${names} record-set a create ${at} -n e2 --ttl 60`,
    steps: [
      dns.put(
        recordOf('A', 'e2'),
        { properties: { ttl: 60 } },
        { ...onlyNew, reads: ['properties.aRecords'] },
      ),
    ],
  },
  {
    line: `${names} record-set a update ${at} -n e2 --set ttl=120`,
    steps: [
      dns.get(recordOf('A', 'e2'), { reads: recordReads }),
      dns.put(recordOf('A', 'e2'), (seen) => ({
        ...pick(seen, 'etag'),
        properties: { aRecords: [], ttl: 120 },
      })),
    ],
  },
  {
    line: `${names} record-set a remove-record ${at} -n extra -a 10.10.2.77`,
    steps: [
      dns.get(recordOf('A', 'extra'), { reads: ['properties.aRecords[].ipv4Address'] }),
      dns.remove(recordOf('A', 'extra')),
    ],
  },
  {
    line: `${names} record-set cname set-record ${at} -n cn -c a.example.com`,
    steps: addTo('CNAME', 'cn', { cnameRecord: { cname: 'a.example.com' } }),
  },
  {
    line: `${names} record-set txt add-record ${at} -n t -v hello`,
    steps: addTo('TXT', 't', { txtRecords: [{ value: ['hello'] }] }),
  },
  {
    line: `${names} record-set soa update ${at} -r 1000`,
    steps: [
      ...[1, 2, 3].map(() => dns.get(recordOf('SOA', '@'), { reads: ['properties.soaRecord.serialNumber'] })),
      dns.put(recordOf('SOA', '@'), (seen) => {
        const { soaRecord } = seen.properties as { soaRecord: JsonObject };
        const { minimumTtl: _, ...known } = soaRecord;
        return {
          ...pick(seen, 'etag'),
          properties: { ...pickProperties(seen, 'ttl'), soaRecord: { ...known, retryTime: 1000 } },
        };
      }),
    ],
  },
  {
    line: `${names} record-set list ${at}`,
    steps: [
      dns.get(`${his}/ALL`, { reads: ['value[].properties.isAutoRegistered', 'value[].properties.ttl'] }),
    ],
  },
  {
    line: `${names} record-set a delete ${at} -n e2 -y`,
    steps: [dns.remove(recordOf('A', 'e2'))],
  },
];

export const privateDnsRemovals: readonly AzCommand[] = [
  { line: `${names} link vnet delete ${at} -n l1 -y`, steps: [links.remove(link)] },
  {
    line: `${names} zone delete -g g1 -n privatelink.guestconfiguration.azure.com -y`,
    steps: [dns.remove(gas)],
  },
];
