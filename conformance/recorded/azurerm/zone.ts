/** Private DNS as azurerm treats it: a zone with its SOA, links that it looks for long after they are gone, records. */

import type { JsonObject } from '@tombolo/store/port';
import { families } from './families.ts';
import { type Piece, readAs, resource } from './resource.ts';
import type { Asked, Clock, Session } from './session.ts';

interface ZoneDefinition {
  readonly name: string;
  readonly needs: readonly string[];
  readonly path: string;
  /** With a `soa_record` block its SOA is written with it; without one, by an update. */
  readonly soa?: (revision: number) => JsonObject;
  readonly tags: JsonObject;
}

const zoneReads = [
  'location',
  'properties.provisioningState',
  'properties.internalId',
  'properties.numberOfRecordSets',
  'properties.maxNumberOfRecordSets',
  'properties.numberOfVirtualNetworkLinks',
  'properties.maxNumberOfVirtualNetworkLinks',
  'properties.numberOfVirtualNetworkLinksWithRegistration',
  'properties.maxNumberOfVirtualNetworkLinksWithRegistration',
];
const soaReads = [
  'properties.fqdn',
  'properties.ttl',
  ...['host', 'email', 'serialNumber', 'refreshTime', 'retryTime', 'expireTime', 'minimumTtl'].map(
    (name) => `properties.soaRecord.${name}`,
  ),
];
const times = { expireTime: 2419200, minimumTtl: 10, refreshTime: 3600, retryTime: 300 };

export const soaOf = (email: string, ttl: number): JsonObject => ({
  properties: { metadata: {}, soaRecord: { email, ...times }, ttl },
});

export const zone = ({ name, needs, path, soa, tags }: ZoneDefinition): Piece => {
  const asked = (session: Session, method: string): Asked => ({
    method,
    family: families.zones,
    path: `${session.subscription}${path}`,
  });
  const soaAsked = (session: Session, method: string): Asked => ({
    method,
    family: families.records,
    path: `${session.subscription}${path}/SOA/@`,
  });
  let written: JsonObject = {};
  let writtenSoa: JsonObject = {};

  const read = async (session: Session): Promise<void> => {
    const one = asked(session, 'GET');
    readAs(await session.expect(one, [200]), one.path, zoneReads, written);
    const other = soaAsked(session, 'GET');
    readAs(await session.expect(other, [200]), other.path, soaReads, writtenSoa);
  };
  const write = async (session: Session, clock: Clock, body: JsonObject, soaBody: JsonObject | undefined) => {
    const request = { ...asked(session, 'PUT'), body };
    const answer = await session.expect(request, [200, 201, 202]);
    written = body;
    await session.settle(answer, request, clock);
    if (soaBody === undefined) return;
    await session.expect({ ...soaAsked(session, 'PUT'), body: soaBody }, [200, 201]);
    writtenSoa = soaBody;
  };

  return {
    name,
    needs,
    locks: [],
    create: async (session, clock) => {
      await session.expect(asked(session, 'GET'), [404]);
      await write(session, clock, { location: 'global', tags: {} }, soa?.(1));
      await read(session);
    },
    refresh: read,
    update: async (session, clock) => {
      const own = soa?.(2) ?? soaOf('azureprivatedns-host.microsoft.com', 3600);
      await write(session, clock, { location: 'global', tags }, own);
      await read(session);
    },
    destroy: async (session, clock) => {
      await session.expect(asked(session, 'DELETE'), [200, 202, 204]);
      await session.gone(asked(session, 'GET'), clock);
    },
  };
};

/** A link is looked for 130 s long after its removal; nothing that a server answers shortens that. */
export const zoneLink = (
  name: string,
  zonePath: string,
  networkPath: string,
  needs: readonly string[],
): Piece => {
  const properties = (session: Session): JsonObject => ({
    registrationEnabled: false,
    virtualNetwork: { id: `${session.subscription}${networkPath}` },
  });
  return resource({
    name,
    needs,
    family: families.zoneLinks,
    path: `${zonePath}/virtualNetworkLinks/link`,
    takes: [200, 201, 202],
    body: (session) => ({ location: 'global', properties: properties(session), tags: {} }),
    blind: true,
    change: (_, session) => ({
      location: 'global',
      properties: { ...properties(session), resolutionPolicy: 'Default' },
      tags: { revision: '2' },
    }),
    reads: ['properties.virtualNetwork.id', 'properties.resolutionPolicy'],
    own: { removed: [30, ...Array.from({ length: 9 }, () => 10)] },
  });
};

/** Answered is done; what was written is read, nothing is waited for. */
export const recordsOf =
  (zonePath: string, needs: readonly string[]) =>
  (type: string, name: string, properties: JsonObject, reads: readonly string[]): Piece => {
    const body = (ttl: number): JsonObject => ({ name, properties: { metadata: {}, ...properties, ttl } });
    return resource({
      name: `${type} ${name}`,
      needs,
      family: families.records,
      path: `${zonePath}/${type}/${name}`,
      atOnce: true,
      removedAtOnce: true,
      body: body(120),
      blind: true,
      change: () => body(60),
      reads: ['ttl', 'fqdn', 'metadata', 'isAutoRegistered', ...reads].map((field) => `properties.${field}`),
    });
  };
