import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClouds } from './cloud-profile.ts';
import { concernsArc, refuseHiddenNames, regionsServedBy, zoneWarnings } from './hidden-names.ts';
import { members } from './members.ts';
import { findRegion } from './regions.ts';

const { suffixes } = realClouds.AzureCloud!;
const namesIn = (region: string) => members(findRegion(region)!, suffixes);
const japan = namesIn('japaneast');
const zoneIdOf = (name: string): string =>
  `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/${name}`;
const his = 'privatelink.his.arc.azure.com';
const complete: readonly (readonly [string, readonly string[]])[] = [
  [his, ['gbl', 'JE', 'japan-ats']],
  ['privatelink.Guestconfiguration.azure.com', ['agentserviceapi', 'japaneast-gas']],
  ['privatelink.dp.kubernetesconfiguration.azure.com', ['japaneast']],
];
const vnet = { networkId: '/vnet', redirectsToPublic: false, members: japan };
const linking = (name: string, after: readonly string[], more: object = {}) =>
  zoneWarnings({ zoneId: zoneIdOf(name), after, networks: [{ ...vnet, ...more }] });

test('R7: complete zones and zones of others have nothing to warn about', () => {
  for (const [name, answers] of complete) assert.deepEqual(linking(name, answers), [], name);
  assert.deepEqual(linking(his, ['*']), [], 'a wildcard');
  assert.deepEqual(linking('corp.example', []), []);
});

test('R7: each record taken out of a complete zone is warned about, by the public name that it breaks', () => {
  for (const [name, answers] of complete)
    for (const gone of answers) {
      const after = answers.filter((each) => each !== gone);
      const suffix = name.toLowerCase().replace('privatelink.', '');
      const [warning, ...more] = zoneWarnings({
        zoneId: zoneIdOf(name),
        before: answers,
        after,
        networks: [vnet],
      });
      assert.deepEqual(more, []);
      assert.deepEqual(warning!.names, [`${gone.toLowerCase()}.${suffix}`]);
      assert.equal(warning!.kind, after.length === 0 ? 'empty-zone' : 'incomplete-zone');
      assert.equal(warning!.effect, 'NXDOMAIN');
    }
});

test('R7: what did not resolve before is not said again, and names of another region are no matter', () => {
  const change = (before: readonly string[], after: readonly string[], network: object = vnet) =>
    zoneWarnings({ zoneId: zoneIdOf(his), before, after, networks: [network as typeof vnet] });
  assert.deepEqual(change(['gbl'], ['gbl']), []);
  assert.deepEqual(change(['gbl', 'je', 'we'], ['gbl', 'je']), []);
  assert.deepEqual(change(['gbl', 'je', 'www'], ['gbl', 'je']), []);
  assert.deepEqual(change(['gbl', '*'], ['gbl', 'je'])[0]!.names, ['japan-ats.his.arc.azure.com']);
  const west = { ...vnet, members: namesIn('westeurope'), membersBefore: japan };
  const japanese = ['gbl', 'je', 'japan-ats'];
  const [moved] = change(japanese, japanese, west);
  assert.equal(moved!.names.includes('gbl.his.arc.azure.com'), false);
  assert.equal(moved!.names.length, 2);
});

test('R7: each warning is said whole; networks that lose the same are named together, three of them', () => {
  const id = zoneIdOf(his);
  const fix = "Write the records (a zone group on the private endpoint does) or remove the zone's link.";
  const [empty] = linking(his, []);
  assert.deepEqual(empty, {
    rule: 'R7',
    kind: 'empty-zone',
    zone: id,
    networks: ['/vnet'],
    names: ['gbl.his.arc.azure.com', 'je.his.arc.azure.com', 'japan-ats.his.arc.azure.com'],
    effect: 'NXDOMAIN',
    message:
      `Zone '${id}' linked to virtual network '/vnet' is empty: there gbl.his.arc.azure.com, je.his.arc.azure.com, ` +
      `japan-ats.his.arc.azure.com do not resolve. ${fix}`,
  });
  const [redirected] = linking(his, ['gbl', 'je'], { redirectsToPublic: true });
  assert.equal(
    redirected!.message,
    `Zone '${id}' linked to virtual network '/vnet' is incomplete: there japan-ats.his.arc.azure.com resolve to public addresses. ${fix}`,
  );
  const networks = ['/a', '/b', '/c', '/d', '/e'].map((networkId) => ({ ...vnet, networkId }));
  const warnings = zoneWarnings({
    zoneId: id,
    after: [],
    networks: [...networks, { ...vnet, redirectsToPublic: true }],
  });
  assert.match(warnings[0]!.message, /linked to virtual networks '\/a', '\/b', '\/c' and 2 more is empty/);
  assert.equal(warnings.length, 2);
});

test('R7: zones above and below the names take them, too, unless they have them', () => {
  const hidden = (name: string, after: readonly string[] = [], besides: readonly string[] = []) =>
    linking(name, after, { besides })[0]?.names.map((each) => each.split('.')[0]);
  assert.deepEqual(hidden('his.arc.azure.com'), ['gbl', 'je', 'japan-ats']);
  assert.deepEqual(hidden('arc.azure.com'), ['gbl', 'je', 'japan-ats']);
  assert.deepEqual(hidden('arc.azure.com', ['*.his']), undefined);
  assert.deepEqual(hidden('arc.azure.com', ['gbl.his', 'je.his']), ['japan-ats']);
  assert.deepEqual(hidden('gbl.his.arc.azure.com'), ['gbl']);
  assert.deepEqual(hidden('gbl.his.arc.azure.com', ['*']), ['gbl'], 'a wildcard is not its own zone’s name');
  assert.deepEqual(hidden('gbl.his.arc.azure.com', ['@']), undefined);
  assert.deepEqual(hidden(`je.${his}`), ['je']);
  // RFC 1034 4.3.2: the longest zone has the name, and the public name is asked before the private one.
  assert.deepEqual(hidden('arc.azure.com', [], ['his.arc.azure.com']), undefined);
  assert.deepEqual(hidden('arc.azure.com', [], [his]), ['gbl', 'je', 'japan-ats']);
  assert.deepEqual(hidden(his, [], ['his.arc.azure.com']), undefined);
  assert.deepEqual(hidden(his, [], [`gbl.${his}`]), ['je', 'japan-ats']);
  assert.equal(linking('arc.azure.com', [])[0]!.kind, 'other-zone');
  assert.match(linking('arc.azure.com', [])[0]!.message, /takes names of Azure Arc and does not have them/);
});

test('a zone concerns Arc where it has a suffix of the services, or is above or below one', () => {
  for (const name of [
    'arc.azure.com',
    'HIS.arc.azure.com',
    his,
    `x.y.${his}`,
    'kubernetesconfiguration.azure.com',
  ])
    assert.equal(concernsArc(name, suffixes), true, name);
  for (const name of [
    'corp.example',
    'blob.core.windows.net',
    'this.arc.azure.com.example',
    'xhis.arc.azure.com',
  ])
    assert.equal(concernsArc(name, suffixes), false, name);
});

test('R4: a zone serves the regions of which it has names of their own', () => {
  const regions = ['japaneast', 'japanwest', 'westeurope', 'nowhere'];
  const served = (name: string, answers: readonly string[]) =>
    regionsServedBy(name, answers, regions, suffixes);
  assert.deepEqual(served(his, ['gbl', 'japan-ats']), [], 'both regions of Japan have this one');
  assert.deepEqual(served(his, ['gbl', 'JE']), ['japaneast']);
  assert.deepEqual(served('privatelink.guestconfiguration.azure.com', ['westeurope-gas', 'japaneast-gas']), [
    'japaneast',
    'westeurope',
  ]);
  assert.deepEqual(served('privatelink.dp.kubernetesconfiguration.azure.com', ['japanwest']), ['japanwest']);
  assert.deepEqual(served('his.arc.azure.com', ['je']), ['japaneast']);
});

test('R7: strict DNS refuses names that do not resolve, and takes those that become public', () => {
  const refusal = refuseHiddenNames([
    ...linking(his, [], { redirectsToPublic: true }),
    ...linking(his, ['gbl']),
  ]);
  assert.equal(refusal?.code, 'LinkedZoneIncomplete');
  assert.match(refusal!.message, /^With --strict-dns this is refused: Zone '.*' is incomplete/);
  assert.equal(refuseHiddenNames(linking(his, [], { redirectsToPublic: true })), undefined);
});
