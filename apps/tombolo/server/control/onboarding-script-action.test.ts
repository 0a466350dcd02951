import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { providers } from '@tombolo/providers';
import {
  connectEndpoint,
  group,
  putScope,
  scopeId,
} from '@tombolo/providers/hybrid-compute/topology.testkit';
import { type ArmWorld, createArmWorld, errorOf, subscriptionId, tenantId } from '@tombolo/testkit/arm-world';
import type { Installation } from '../../installation/installation.ts';
import { withOnboardingScript } from './onboarding-script-action.ts';

const installation: Installation = {
  format: 1,
  ...{ tenantId, subscriptionId, clientId: tenantId },
  ports: { https: 443, dns: 53 },
  addresses: { arm: '192.0.2.1', services: '192.0.2.2', dns: '192.0.2.1' },
  regions: ['japaneast'],
};
const action = `${group}/providers/Microsoft.HybridCompute/generateOnboardingScript`;
const apiVersion = '2025-01-13';
const authentication = { type: 'Token' };

describe('generateOnboardingScript of Microsoft.HybridCompute in a resource group', () => {
  let world: ArmWorld;
  /** What the caller may not do. */
  const denied = new Set<string>();
  before(async () => {
    world = await createArmWorld({
      providers: withOnboardingScript(providers, {
        installation,
        certificateAuthority: '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n',
        pipeline: () => world.pipeline,
      }),
      isAllowed: async (_, asked) => !denied.has(asked),
    });
    await world.put(group, { location: 'japaneast' });
    await putScope(world);
    await connectEndpoint(world);
  });
  const post = (body: object) => world.post(action, { ...body } as never, { apiVersion });

  test('a script for the public endpoint, with what the portal asks for', async () => {
    const { status, json } = await post({
      ...{ operatingSystem: 'Linux', location: 'japaneast', authentication },
      tags: { Datacenter: "a 'quote' is none of ours".replaceAll("'", '"') },
    });
    assert.equal(status, 200, JSON.stringify(json));
    assert.match(json.script, /^#!\/usr\/bin\/env bash\n/);
    assert.match(json.script, /\ntags='Datacenter='\\''a "quote" is none of ours'\\'''\n/);
    assert.match(json.script, new RegExp(`\ncorrelation_id='${json.correlationId}'\n`));
  });

  test('through the private endpoint: region and addresses are the scope’s and the endpoint’s own', async () => {
    const connectivity = { privateLinkScopeResourceId: scopeId };
    const { json } = await post({ operatingSystem: 'Linux', connectivity, authentication });
    assert.match(json.script, /\nlocation='japaneast'\n/);
    assert.match(json.script, /check_name 'gbl\.his\.arc\.azure\.com' '10\.0\.1\.\d+'\n/);
  });

  test('what would fail on the server is refused here, and says what to do', async () => {
    const refused: readonly (readonly [object, RegExp])[] = [
      [{ operatingSystem: 'Linux', authentication }, /location is missing/],
      [{ operatingSystem: 'BeOS', location: 'japaneast', authentication }, /^.*operatingSystem/],
      [{ operatingSystem: 'Linux', location: 'japaneast', authentication, tags: { a: "'" } }, /tag 'a'/],
      [
        {
          ...{ operatingSystem: 'Linux', location: 'japanwest', authentication },
          connectivity: { privateLinkScopeResourceId: scopeId },
        },
        /both have to be in the same region/,
      ],
    ];
    for (const [body, says] of refused) {
      const answer = await post(body);
      assert.equal(answer.status, 400, JSON.stringify(answer.json));
      assert.equal(errorOf(answer).code, 'InvalidRequestContent');
      assert.match(errorOf(answer).message, says);
    }
    const gone = { privateLinkScopeResourceId: `${scopeId}-gone` };
    const answer = await post({ operatingSystem: 'Linux', connectivity: gone, authentication });
    assert.equal(answer.status, 404);
  });

  test('it is for who may write machines there, and tells nobody of an endpoint that they may not read', async () => {
    const connectivity = { privateLinkScopeResourceId: scopeId };
    denied.add('Microsoft.Network/privateEndpoints/read');
    const blind = await post({ operatingSystem: 'Linux', connectivity, authentication });
    assert.equal(blind.status, 403);
    assert.match(errorOf(blind).message, /privateEndpoints\/read/);
    denied.add('Microsoft.HybridCompute/machines/write');
    const answer = await post({ operatingSystem: 'Linux', location: 'japaneast', authentication });
    assert.equal(answer.status, 403);
    denied.clear();
    assert.equal((await post({ operatingSystem: 'Linux', connectivity, authentication })).status, 200);
  });
});
