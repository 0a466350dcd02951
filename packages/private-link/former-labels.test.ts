import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realClouds } from './cloud-profile.ts';
import { servedLabels } from './former-labels.ts';
import { members, servedNames } from './members.ts';
import { codedLabels, findRegion, type Region, regions } from './regions.ts';

/** What version 0.1 called the two coded hosts of each region that it had: endpoints and agents were given these names. */
const version01 = {
  japaneast: 'je japan',
  westeurope: 'weu europe',
  eastus: 'eus us',
  australiaeast: 'ae australia',
  eastus2euap: 'cbn us',
  centraluseuap: 'cuseuap us',
  japanwest: 'jw japan',
  northeurope: 'neu europe',
  eastus2: 'eus2 us',
  westus2: 'wus2 us',
  centralus: 'cus us',
  uksouth: 'uks uk',
  germanywestcentral: 'gwc germany',
  switzerlandnorth: 'chn switzerland',
  swedencentral: 'sec sweden',
  francecentral: 'frc france',
  usgovvirginia: 'usgv usgov',
  usgovarizona: 'usga usgov',
  usgovtexas: 'usgt usgov',
  chinanorth2: 'cnn2 china',
  chinaeast2: 'cne2 china',
} as const;

const { suffixes } = realClouds.AzureCloud!;

describe('the labels at which a region is served', () => {
  test('are those that version 0.1 gave, for every region that it had', () => {
    for (const [name, labels] of Object.entries(version01)) {
      const [his = '', geography = ''] = labels.split(' ');
      const served = servedLabels(findRegion(name)!);
      assert.ok(served.his.includes(his), `${name} ${his}`);
      assert.ok(served.tokenService.includes(`${geography}-ats`), `${name} ${geography}-ats`);
    }
  });

  test('are the one that is given now, an installation’s own, and a former one, each once, in this order', () => {
    for (const region of regions) {
      const now = codedLabels(region);
      const [his, geography] = (version01[region.name as keyof typeof version01] ?? '').split(' ');
      const expected = (first: string, own: string, former: string | undefined) =>
        [first, own, ...(former ? [former] : [])].filter((label, index, all) => all.indexOf(label) === index);
      assert.deepEqual(
        servedLabels(region),
        {
          his: expected(now.his.label, `tombolo-${region.name}`, his),
          tokenService: expected(
            now.tokenService.label,
            `tombolo-${region.name}-ats`,
            geography && `${geography}-ats`,
          ),
        },
        region.name,
      );
    }
  });

  test('of a region that has a name of every object are none but its own', () => {
    const region = { ...findRegion('uksouth')!, name: 'constructor' } as Region;
    assert.equal(servedLabels(region).his.length, 2);
  });
});

test('the names at which a region is served: its members’, and those that members had before, none twice', () => {
  for (const region of regions) {
    const names = servedNames(region, suffixes);
    assert.deepEqual(names.slice(0, 6), members(region, suffixes), region.name);
    assert.equal(new Set(names.map(({ fqdn }) => fqdn)).size, names.length);
  }
  const region = findRegion('francecentral')!;
  const { his, tokenService } = servedLabels(region);
  const current = codedLabels(region);
  const former = [...his, ...tokenService].filter(
    (label) => label !== current.his.label && label !== current.tokenService.label,
  );
  assert.ok(former.includes('frc') && former.includes('france-ats'));
  assert.deepEqual(
    servedNames(region, suffixes).slice(6),
    former.map((label) => ({
      fqdn: `${label}.his.arc.azure.com`,
      zone: 'privatelink.his.arc.azure.com',
      privateLinkName: `${label}.privatelink.his.arc.azure.com`,
    })),
  );
});
