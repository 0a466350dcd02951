import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloudProfile } from './cloud-profile.ts';
import { realClouds } from './cloud-profile.ts';
import { alwaysPublicHosts, checkNetwork, networkCheckFix, probeNames } from './network-check.ts';

const cloud = realClouds.AzureCloud as CloudProfile;
const gbl = 'gbl.his.arc.azure.com';
const gas = 'agentserviceapi.guestconfiguration.azure.com';
const scope = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/privateLinkScopes/S';

/** Addresses by kind; what they are is written here, not computed. */
const answers = {
  none: [],
  public: ['20.1.2.3', '2603:1030::1'],
  private: ['10.0.1.4'],
  // A public AAAA beside a private A counts as private.
  mixed: ['2603:1030::1', '10.0.1.4'],
  listed: ['127.0.9.9'],
  loopback: ['127.0.1.4'],
  mapped: ['::ffff:10.0.1.4'],
} as const;
const isPrivate = {
  none: false,
  public: false,
  private: true,
  mixed: true,
  listed: false,
  loopback: true,
  mapped: true,
};

test('R9: every pair of answers for the two names, with and without a scope', () => {
  const kinds = Object.keys(answers) as (keyof typeof answers)[];
  const profile = { ...cloud, publicAddresses: ['127.0.9.0/24'] };
  for (const global of kinds) {
    for (const guest of kinds) {
      for (const privateLinkScope of [undefined, '', scope]) {
        const verdict = checkNetwork({
          profile,
          ...(privateLinkScope === undefined ? {} : { privateLinkScope }),
          resolved: [
            { name: gbl.toUpperCase(), addresses: answers[global] },
            { name: `${gas}.`, addresses: answers[guest] },
          ],
        });
        const text = `${global} ${guest} ${privateLinkScope}`;
        if (privateLinkScope === scope) {
          assert.ok(!verdict.refused, text);
          const stillPublic = [...(isPrivate[global] ? [] : [gbl]), ...(isPrivate[guest] ? [] : [gas])];
          assert.deepEqual(
            verdict.warnings.map(({ name, rule }) => [rule, name]),
            stillPublic.map((name) => ['R9', name]),
          );
        } else {
          assert.equal(verdict.refused, isPrivate[global] || isPrivate[guest], text);
        }
        if (verdict.refused) {
          assert.deepEqual([verdict.rule, verdict.code], ['R9', 'AZCM0026']);
          assert.equal(verdict.target, isPrivate[global] ? gbl : gas);
        } else {
          assert.equal(verdict.route, isPrivate[global] ? 'private' : 'public', text);
        }
      }
    }
  }
});

test('R9: the two messages are those that azcmagent prints', () => {
  const messageFor = (name: string): string => {
    const verdict = checkNetwork({ profile: cloud, resolved: [{ name, addresses: ['10.0.1.4'] }] });
    return verdict.refused ? verdict.message : '';
  };
  assert.equal(
    messageFor(gbl),
    'Private Link Scope resource ID must be provided as endpoint gbl.his.arc.azure.com is configured private',
  );
  assert.equal(
    messageFor(gas),
    'No indication of Private Link Scope but found private endpoint agentserviceapi.guestconfiguration.azure.com: 10.0.1.4',
  );
});

test("R9: the names follow the cloud's suffixes, and other names are no evidence", () => {
  assert.equal(probeNames(realClouds.AzureUSGovernment as CloudProfile).global, 'gbl.his.arc.azure.us');
  const resolved = [{ name: 'je.his.arc.azure.com', addresses: ['10.0.1.5'] }];
  assert.equal(checkNetwork({ profile: cloud, resolved }).refused, false);
});

test('R11: sign-in and ARM remain public unless ARM has a private link of its own', () => {
  assert.deepEqual(alwaysPublicHosts(cloud, false), ['login.microsoftonline.com', 'management.azure.com']);
  assert.deepEqual(alwaysPublicHosts(cloud, true), ['login.microsoftonline.com']);
  const local = {
    ...cloud,
    resourceManager: 'https://ARM.example:8443/x',
    activeDirectory: 'https://[::1]:8443',
  };
  assert.deepEqual(alwaysPublicHosts(local, false), ['[::1]', 'arm.example']);
  // What has no scheme in front is a host already.
  const bare = { resourceManager: 'ARM.example', activeDirectory: 'login.example/?to=https://x.example' };
  assert.deepEqual(alwaysPublicHosts(bare, false), [bare.activeDirectory, 'arm.example']);
  const resolved = ['login.microsoftonline.com', 'management.azure.com'].map((name) => ({
    name,
    addresses: ['10.9.9.9'],
  }));
  for (const resourceManagementPrivateLink of [true, false]) {
    const verdict = checkNetwork({ profile: cloud, resolved, resourceManagementPrivateLink });
    assert.ok(!verdict.refused);
    assert.deepEqual(
      verdict.warnings.map(({ rule, name }) => `${rule} ${name}`),
      alwaysPublicHosts(cloud, resourceManagementPrivateLink).map((name) => `R11 ${name}`),
    );
  }
});

test('R9, R11: the warnings say what will happen and what to do; ARM is public unless the check says otherwise', () => {
  const resolved = [
    { name: gbl, addresses: ['20.1.2.3'] },
    { name: gas, addresses: ['10.0.1.7'] },
    { name: 'management.azure.com', addresses: ['10.9.9.9'] },
  ];
  const verdict = checkNetwork({ profile: cloud, privateLinkScope: scope, resolved });
  assert.ok(!verdict.refused);
  assert.deepEqual(verdict.warnings, [
    {
      rule: 'R9',
      name: gbl,
      message:
        `${gbl} does not resolve to a private address although private link scope '${scope}' is given: the public route will be ` +
        "used, and refused where the scope disables it. Link the scope's private DNS zones.",
    },
    {
      rule: 'R11',
      name: 'management.azure.com',
      message:
        'management.azure.com resolves to the private address 10.9.9.9, but no private endpoint of a private link scope carries it. ' +
        'Remove the private zone that overrides it, or configure a resource management private link.',
    },
  ]);
});

test('R9: the fix beside AZCM0026 has all three ways out', () => {
  assert.equal(
    networkCheckFix,
    'Pass --private-link-scope with the resource id of the scope behind that private endpoint, or let this machine resolve the ' +
      'public addresses (unlink the privatelink zones from its network); --ignore-network-check skips the check, and the service ' +
      'then answers 403 until the machine is associated.',
  );
});
