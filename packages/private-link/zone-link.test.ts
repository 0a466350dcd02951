import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ZoneLink } from './zone-link.ts';
import { checkZoneLink, zoneOfNetworkClaim } from './zone-link.ts';

const zoneId = (group: string, name: string): string =>
  `/subscriptions/s/resourceGroups/${group}/providers/Microsoft.Network/privateDnsZones/${name}`;
const vnetId = (name: string): string =>
  `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${name}`;

interface Request {
  readonly group: string;
  readonly zone: string;
  readonly network: string;
  readonly link: string;
}

const linkOf = ({ group, zone, network, link }: Request): ZoneLink => ({
  id: `${zoneId(group, zone)}/virtualNetworkLinks/${link}`,
  zoneId: zoneId(group, zone),
  vnetId: vnetId(network),
});

const request = fc.record({
  group: fc.constantFrom('g1', 'G1', 'g2'),
  zone: fc.constantFrom('a.example', 'A.example', 'b.a.example', 'example', 'privatelink.his.arc.azure.com'),
  network: fc.constantFrom('n1', 'N1', 'n2'),
  link: fc.constantFrom('l1', 'l2'),
});

test('R23: the claim is the same however name and ids are spelled: stores hold it from one version to the next', () => {
  assert.deepEqual(zoneOfNetworkClaim('/Subscriptions/S1/vNet', 'Corp.Example.', '/Zone/Link'), {
    key: 'zone corp.example of /subscriptions/s1/vnet',
    value: '/zone/link',
    holder: '/Zone/Link',
  });
});

test('R23: no sequence of links leaves a network with two zones of one name, or two links to one zone', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 25 }), (requests) => {
      let links: ZoneLink[] = [];
      // Brute force: one cell for each (network, zone name), which at most one link may occupy.
      const cells = new Map<string, string>();
      for (const wanted of requests) {
        const cell = `${wanted.network} ${wanted.zone}`.toLowerCase();
        const occupant = `${wanted.group} ${wanted.zone} ${wanted.link}`.toLowerCase();
        const elsewhere = [...cells].find(([other, by]) => by === occupant && other !== cell);
        if (elsewhere) continue; // A link's network cannot be changed: not this rule's matter.
        const link = linkOf(wanted);
        const refusal = checkZoneLink(link, links);
        const free = cells.get(cell) === undefined || cells.get(cell) === occupant;
        assert.equal(refusal === undefined, free, JSON.stringify(wanted));
        if (refusal) continue;
        cells.set(cell, occupant);
        links = [...links.filter((other) => other.id.toLowerCase() !== link.id.toLowerCase()), link];
      }
      // The claims of what stands agree: one key, one value, one holder.
      const claims = links.map((link) =>
        zoneOfNetworkClaim(link.vnetId, link.zoneId.split('/').at(-1) ?? '', link.id),
      );
      assert.equal(new Set(claims.map((claim) => claim.key)).size, claims.length);
    }),
    { seed: 23, numRuns: 500 },
  );
});

test('R23: rivals get the same claim with another value, and a final dot or case makes no second name', () => {
  const claim = zoneOfNetworkClaim(vnetId('n'), 'a.example', '/l1');
  const rival = zoneOfNetworkClaim(vnetId('N'), 'A.EXAMPLE.', '/l2');
  assert.equal(claim.key, rival.key);
  assert.notEqual(claim.value, rival.value);
  assert.notEqual(claim.key, zoneOfNetworkClaim(vnetId('n'), 'b.a.example', '/l1').key);
});

test('R23: a parent zone beside a child zone is allowed; the refusal names both zones and the link in the way', () => {
  const parent = linkOf({ group: 'g1', zone: 'example', network: 'n', link: 'l' });
  const child = linkOf({ group: 'g1', zone: 'a.example', network: 'n', link: 'l' });
  assert.equal(checkZoneLink(child, [parent]), undefined);
  const twin = linkOf({ group: 'g2', zone: 'a.example', network: 'n', link: 'l' });
  const refusal = checkZoneLink(twin, [parent, child]);
  assert.equal(refusal?.code, 'BadRequest');
  for (const part of [child.zoneId, twin.zoneId, child.id, 'overlapping namespaces']) {
    assert.ok(refusal?.message.includes(part), part);
  }
});
