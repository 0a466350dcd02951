import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realClouds } from './cloud-profile.ts';
import { members } from './members.ts';
import { codedLabels, findRegion, normalizeLocation, regions, regionsOf } from './regions.ts';

describe('the table of regions', () => {
  test('each is there once, named by its display name without spaces, and has its source', () => {
    assert.equal(new Set(regions.map(({ name }) => name)).size, regions.length);
    for (const { name, displayName, otherDisplayNames = [], source, pairedRegion, cloud } of regions) {
      for (const spelling of [displayName, ...otherDisplayNames, displayName.toUpperCase()])
        assert.equal(findRegion(spelling)?.name, name, spelling);
      assert.equal(normalizeLocation(displayName), name);
      assert.ok(source.length > 10, name);
      if (pairedRegion !== undefined) assert.equal(findRegion(pairedRegion)?.cloud, cloud, name);
    }
    for (const { name, arcServers, guestAssignment } of regions) {
      for (const fact of [arcServers, guestAssignment]) assert.ok(!fact || fact.source.length > 10, name);
      if (guestAssignment) assert.match(guestAssignment.code, /^[a-z][a-z0-9]{0,9}$/);
    }
    assert.ok(regionsOf('AzureCloud').length > 55 && findRegion('westus') && findRegion('Southeast Asia'));
  });

  test('a code has evidence and source, is a host label, and is one region’s alone', () => {
    const codes = regions.flatMap(({ his }) => (his ? [his] : []));
    assert.equal(new Set(codes.map(({ code }) => code)).size, codes.length);
    for (const { code, source } of [...codes, ...regions.flatMap((region) => region.tokenService ?? [])]) {
      assert.match(code, /^[a-z][a-z0-9]{0,19}$/);
      assert.ok(source.length > 10 && !code.startsWith('tombolo'), code);
    }
    assert.equal(findRegion('northeurope')?.his?.code, 'ne');
    assert.equal(findRegion('francecentral')?.his?.code, 'fc');
    assert.equal(findRegion('centralus')?.his, undefined, 'one script says South Central US’s');
  });

  test('no two hosts of a cloud have the same name, and a made one says that it is made', () => {
    for (const [cloud, { suffixes }] of Object.entries(realClouds)) {
      const own = regions.filter((region) => region.cloud === cloud);
      const labels = own.flatMap((region) => Object.values(codedLabels(region)));
      assert.equal(new Set(labels.map(({ label }) => label)).size, labels.length);
      for (const region of own)
        for (const { record, made } of members(region, suffixes))
          assert.equal(made === true, record.startsWith('tombolo-'), record);
    }
  });
});
