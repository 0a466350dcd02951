/** What a link of a zone to a network says and claims, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import { findRegion, members } from '@tombolo/private-link';
import type { Document } from '@tombolo/store/port';
import { standardSettings } from '@tombolo/testkit/arm-world';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { hisZone, inGroup } from '../../network.testkit.ts';
import { putLink, registrationTaken, zoneTaken } from './model.ts';

const network = stored(inGroup('virtualNetworks', 'VNet'), {}, { location: 'japaneast' });
const corp = stored(inGroup('privateDnsZones', 'corp.example'), {});
const put = (
  properties: object = {},
  given: {
    zone?: Document;
    existing?: Document;
    network?: Document;
    records?: readonly Document[];
    besides?: readonly string[];
    strictDns?: boolean;
  } = {},
) => {
  const { zone = corp, network: linked = network } = given;
  return putLink(
    putInput({
      id: `${zone.id}/virtualNetworkLinks/Link`,
      properties: {
        virtualNetwork: { id: linked.id.toUpperCase() },
        registrationEnabled: false,
        ...properties,
      } as never,
      loaded: {
        zone,
        records: given.records ?? [],
        members: members(findRegion('japaneast')!, standardSettings.suffixes),
        besides: given.besides ?? [],
      },
      settings: { strictDns: given.strictDns ?? false },
      existing: given.existing,
      referenced: [linked],
    }),
  );
};

describe('a link', () => {
  const id = `${corp.id}/virtualNetworkLinks/Link`;
  const shown = {
    virtualNetwork: { id: network.id },
    registrationEnabled: false,
    virtualNetworkLinkState: 'Completed',
    provisioningState: 'Succeeded',
  };
  const registration = {
    key: `registration zone of ${network.id.toLowerCase()}`,
    value: id.toLowerCase(),
    holder: id,
  };

  test('is Completed at once; R23: its network has one zone of the name', () => {
    const { properties, effects, warnings } = decided(put());
    assert.deepEqual(properties, shown);
    assert.deepEqual(
      effects!.claims!.map(({ key }) => key),
      [
        `zone corp.example of ${network.id.toLowerCase()}`,
        `links of ${network.id.toLowerCase()}`,
        useClaim(corp.id, id).key,
      ],
    );
    const { key, holder } = registration;
    assert.deepEqual(effects!.releases, [{ holder, key }], 'it may have registered before');
    assert.deepEqual(warnings, []);
  });

  test('with registration is the one such of its network', () => {
    const { properties, effects } = decided(put({ registrationEnabled: true }));
    assert.equal(properties.registrationEnabled, true);
    assert.deepEqual(effects!.claims!.at(-1), registration);
    assert.deepEqual(effects!.releases, []);
    assert.equal(
      refused(() => put({ registrationEnabled: undefined })),
      `400 BadRequest registrationEnabled: The specified virtual network link registration setting is invalid: link '${id}' needs properties.registrationEnabled, true or false.`,
    );
    const said = registrationTaken('/link', '/net', '/rival');
    assert.equal(
      refused(() => said),
      "409 Conflict registrationEnabled: Virtual network '/net' cannot register its machines by link '/link': a network is linked with registration to one zone, and '/rival' does that already. Turn registrationEnabled off on one of them.",
    );
  });

  test('needs a network, and keeps it', () => {
    assert.equal(
      refused(() => put({ virtualNetwork: undefined })),
      `400 BadRequest virtualNetwork: Link '${id}' needs properties.virtualNetwork.id.`,
    );
    const existing = stored(id, { virtualNetwork: { id: network.id.toLowerCase() } });
    decided(put({}, { existing }));
    assert.equal(
      refused(() => put({}, { existing, network: stored(`${network.id}2`, {}) })),
      `400 BadRequest virtualNetwork: The virtual network of link '${id}' cannot be changed. Delete the link and create it anew.`,
    );
  });

  test('redirects to public names of privatelink zones only', () => {
    const resolutionPolicy = 'NxDomainRedirect';
    assert.equal(
      refused(() => put({ resolutionPolicy })),
      "400 BadRequest resolutionPolicy: resolutionPolicy NxDomainRedirect is for privatelink zones only, and 'corp.example' is none.",
    );
    const zone = stored(hisZone, {});
    const policy = (written: object) => decided(put(written, { zone })).properties.resolutionPolicy;
    assert.equal(policy({ resolutionPolicy }), resolutionPolicy);
    assert.equal(policy({}), 'Default');
  });

  test('R7: warns where the zone lacks names that the network needs, and of what then resolves', () => {
    const zone = stored(hisZone, {});
    const record = (name: string) =>
      stored(`${hisZone}/A/${name}`, { aRecords: [{ ipv4Address: '10.0.0.9' }] });
    const warnings = (written: object, records: readonly Document[] = []) =>
      decided(put(written, { zone, records })).warnings!;
    const [warning, second] = warnings({});
    assert.match(warning!, /Zone '.*' linked to virtual network '.*' is empty: .* do not resolve\./);
    assert.equal(second, undefined, 'of zones that are not linked others warn');
    assert.match(warnings({ resolutionPolicy: 'NxDomainRedirect' })[0]!, /resolve to public addresses\./);
    assert.deepEqual(warnings({}, ['gbl', 'JE', 'japan-ats'].map(record)), []);
    assert.match(warnings({}, ['gbl', 'je'].map(record))[0]!, /there japan-ats\.his\.arc\.azure\.com do not/);
    const empty = stored(`${hisZone}/A/japan-ats`, { aRecords: [] });
    assert.equal(warnings({}, [...['gbl', 'je'].map(record), empty]).length, 1, 'a set without a record');
  });

  test('R7: with strict DNS an incomplete zone is not linked, an empty one is, as every client does it', () => {
    const zone = stored(hisZone, {});
    const gbl = stored(`${hisZone}/A/gbl`, { aRecords: [{ ipv4Address: '10.0.0.9' }] });
    const strict = (more: object, written: object = {}) => put(written, { strictDns: true, ...more });
    assert.match(
      refused(() => strict({ zone, records: [gbl] })),
      /^409 LinkedZoneIncomplete .*With --strict-dns this is refused: Zone '.*' is incomplete/,
    );
    assert.equal(decided(strict({ zone })).warnings!.length, 1);
    const parent = stored(inGroup('privateDnsZones', 'his.arc.azure.com'), {});
    assert.match(
      refused(() => strict({ zone: parent })),
      /^409 LinkedZoneIncomplete .* takes names of Azure Arc and does not have them: there gbl\.his/,
    );
    const policy = { resolutionPolicy: 'NxDomainRedirect' };
    assert.equal(decided(strict({ zone, records: [gbl] }, policy)).warnings!.length, 1, 'public is wanted');
  });

  test('R23: is refused beside another zone of the name', () =>
    assert.match(
      refused(() =>
        zoneTaken(id, corp.id, network.id, `${corp.id.replace('/rg/', '/other/')}/virtualNetworkLinks/l`),
      ),
      /^400 BadRequest .* overlapping namespaces/,
    ));
});
