/** What a link of a zone to a network says and claims, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { hisZone, inGroup } from '../../network.testkit.ts';
import { putLink, registrationTaken, zoneTaken } from './model.ts';

const network = stored(inGroup('virtualNetworks', 'VNet'), {}, { location: 'japaneast' });
const corp = stored(inGroup('privateDnsZones', 'corp.example'), {});
const put = (
  properties: object = {},
  given: { zone?: Document; existing?: Document; network?: Document } = {},
) => {
  const { zone = corp, network: linked = network } = given;
  return putLink(
    putInput({
      id: `${zone.id}/virtualNetworkLinks/Link`,
      properties: { virtualNetwork: { id: linked.id.toUpperCase() }, ...properties } as never,
      loaded: { zone, recordSetNames: [] },
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
    holder: id.toLowerCase(),
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
    const said = registrationTaken('/link', '/net', '/rival');
    assert.equal(
      refused(() => said),
      "400 BadRequest registrationEnabled: Virtual network '/net' cannot register its machines by link '/link': a network is linked with registration to one zone, and '/rival' does that already. Turn registrationEnabled off on one of them.",
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

  test('R7: warns where the zone lacks the region’s names and of what then resolves; of an unknown region it knows none', () => {
    const zone = stored(hisZone, {});
    const warnings = (written: object, location = 'japaneast') =>
      decided(put(written, { zone, network: stored(network.id, {}, { location }) })).warnings!;
    const [warning, second] = warnings({});
    assert.match(warning!, /Zone '.*' linked to virtual network '.*' is empty: .* do not resolve\./);
    assert.equal(second, undefined, 'of zones that are not linked others warn');
    assert.match(warnings({ resolutionPolicy: 'NxDomainRedirect' })[0]!, /resolve to public addresses\./);
    assert.deepEqual(warnings({}, 'nowhere'), []);
  });

  test('R23: is refused beside another zone of the name', () =>
    assert.match(
      refused(() =>
        zoneTaken(id, corp.id, network.id, `${corp.id.replace('/rg/', '/other/')}/virtualNetworkLinks/l`),
      ),
      /^400 BadRequest .* overlapping namespaces/,
    ));
});
