import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  type AnyResourceType,
  type DeclaredReference,
  declarationOf,
  declaredReferences,
  walkSchema,
} from '@tombolo/arm';
import { linkedActions } from '@tombolo/private-link';
import { isObject, propertiesIn } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { type Answer, type ArmWorld, createArmWorld, errorOf } from '@tombolo/testkit/arm-world';
import { examples, idOf } from './every-type.testkit.ts';
import { type Example, group } from './example.testkit.ts';
import { providers } from './index.ts';

const types = providers.flatMap((provider) => provider.types);
const exampleOf = (type: string): Example =>
  examples.find((example) => example.type === type && example.body)!;
const fieldOf = ({ place }: DeclaredReference): string => place.join('.');
const fieldsOf = (type: AnyResourceType): readonly DeclaredReference[] =>
  type.properties ? declaredReferences(type.properties) : [];
const walk = (type: AnyResourceType, visit: Parameters<typeof walkSchema>[1]): void => {
  if (type.properties) walkSchema(type.properties, visit);
};
const written = types.filter((type) => fieldsOf(type).length > 0);

/** Ids that are none of ours: names of properties that only look like references. */
const noReferences: Readonly<Record<string, string>> = {
  'Microsoft.HybridCompute/machines agentUpgrade.correlationId': 'a GUID of the upgrade',
  'Microsoft.HybridCompute/machines vmId': 'the GUID of the machine',
  'Microsoft.HybridCompute/machines/runCommands source.commandId': 'the name of a built-in script',
  'Microsoft.Authorization/roleAssignments principalId': 'an object id of Entra',
  'Microsoft.Network/privateEndpoints ipConfigurations.[].properties.groupId':
    'the name of a group of members',
  'Microsoft.Network/privateEndpoints privateLinkServiceConnections.[].properties.groupIds':
    'the names of groups of members',
  'Microsoft.Network/privateEndpoints manualPrivateLinkServiceConnections.[].properties.groupIds':
    'the names of groups of members',
  'Microsoft.Network/privateEndpoints privateLinkServiceConnections.[].id': 'its own, echoed',
  'Microsoft.Network/privateEndpoints manualPrivateLinkServiceConnections.[].id': 'its own, echoed',
  'Microsoft.Network/networkSecurityGroups securityRules.[].id': 'the child’s own',
  'Microsoft.Network/routeTables routes.[].id': 'the child’s own',
  'Microsoft.Network/virtualNetworks subnets.[].id': 'the child’s own',
  'Microsoft.Network/virtualNetworks virtualNetworkPeerings.[].id': 'the child’s own',
};

/** JSON that is kept, or passed over, unread: what could be in it that refers to something. */
const opaque: Readonly<Record<string, string>> = {
  settings: 'the handler’s on the machine; nothing here reads them',
  protectedSettings: 'encrypted unread',
  serviceStatuses: 'reported by the agent',
  licenseProfile: 'licenses are not here; nothing reads it',
  hardwareProfile: 'reported by the agent',
  storageProfile: 'reported by the agent',
  applicationGatewayIPConfigurations: 'written by the platform for gateways, which are not here',
  sharingScope: 'a word',
  bgpCommunities: 'communities and region; no id in the contract',
  encryption: 'switches',
  summarizedGatewayPrefixes: 'prefixes',
  approvalReference: 'a text of the service’s owner',
  billingSku: 'a word',
  customDnsConfigs: 'computed; what is echoed is not taken over',
  nextHop: 'addresses',
  peeringState: 'written by the platform; what is echoed is not taken over',
  peeringSyncLevel: 'as peeringState',
  localAddressSpace: 'as peeringState',
  localVirtualNetworkAddressSpace: 'as peeringState',
  remoteAddressSpace: 'as peeringState',
  remoteVirtualNetworkAddressSpace: 'as peeringState',
  remoteBgpCommunities: 'as peeringState',
};

describe('what schemas declare', () => {
  test('a field that is named like an id is a reference, or has a reason not to be', () => {
    const seen = new Set<string>();
    for (const type of types)
      walk(type, (part, place) => {
        const name = place.findLast((step) => step !== '[]' && step !== '{}') ?? '';
        if (!/^id$|Ids?$/.test(name) || declarationOf(part)) return;
        const field = `${type.type} ${place.join('.')}`.replace(/(\.\[\])+$/, '');
        // What wraps a declared part (optional, nullable) stands at the same place.
        const declared = fieldsOf(type).some((reference) => fieldOf(reference) === place.join('.'));
        if (declared) return;
        assert.ok(
          Object.hasOwn(noReferences, field),
          `${field} is neither declared nor listed with a reason`,
        );
        seen.add(field);
      });
    assert.deepEqual([...seen].sort(), Object.keys(noReferences).sort(), 'what is gone leaves the list');
  });

  test('JSON that nobody reads is listed with a reason: a reference in it would be asked for nothing', () => {
    const seen = new Set<string>();
    for (const type of types)
      walk(type, (part, place) => {
        const { type: kind } = (part as unknown as { _zod: { def: { type: string } } })._zod.def;
        if (!['custom', 'any', 'unknown', 'lazy'].includes(kind)) return;
        const name = place.findLast((step) => step !== '[]' && step !== '{}')!;
        assert.ok(Object.hasOwn(opaque, name), `${type.type} ${place.join('.')}`);
        seen.add(name);
      });
    assert.deepEqual([...seen].sort(), Object.keys(opaque).sort(), 'what is gone leaves the list');
  });

  test('a list of resources of a type below is one of inline children', () => {
    for (const type of types)
      for (const name of Object.keys(type.properties?.shape ?? {})) {
        const child = types.find((other) => other.type === `${type.type}/${name}` && !other.gap);
        assert.equal(
          type.inlineChildren?.includes(name) ?? false,
          child !== undefined,
          `${type.type} ${name}`,
        );
      }
  });

  test('R15: every linked action is asked for by some field, and belongs to what the field refers to', () => {
    const asked = written
      .flatMap(fieldsOf)
      .flatMap(({ declaration }) => (declaration.linkedAction === undefined ? [] : [declaration]));
    assert.deepEqual(
      [...new Set(asked.map(({ linkedAction }) => linkedAction))].sort(),
      Object.values(linkedActions).sort(),
    );
    for (const { type, linkedAction } of asked) assert.ok(linkedAction!.startsWith(`${type}/`), linkedAction);
  });

  test('what has to exist is of a type that is served, and what is not implemented of one that is not', () => {
    for (const { declaration } of written.flatMap(fieldsOf)) {
      if (declaration.type === undefined || declaration.resolve === 'may-dangle') continue;
      const served = types.some(({ type, gap }) => type === declaration.type && gap === undefined);
      assert.equal(served, declaration.resolve !== 'not-implemented', declaration.type);
    }
  });
});

/** A body with this text at the place, and with whatever the example has around it. */
const withText = (body: Json | undefined, place: readonly string[], text: string): Json => {
  const [step, ...rest] = place;
  if (step === undefined) return text;
  if (step === '[]') {
    const [first, ...others] = Array.isArray(body) ? (body as readonly Json[]) : [];
    return [withText(first, rest, text), ...others];
  }
  const object = isObject(body) ? body : {};
  return { ...object, [step]: withText(object[step], rest, text) };
};

/** `properties` of an example, where it lacks what a field needs around it. */
const rule = propertiesIn(exampleOf('Microsoft.Network/networkSecurityGroups/securityRules').body!);
const {
  privateLinkServiceConnections: [connection],
  ...endpoint
} = propertiesIn(exampleOf('Microsoft.Network/privateEndpoints').body!) as {
  privateLinkServiceConnections: Json[];
};
const needed: Readonly<Record<string, JsonObject>> = {
  securityRules: { securityRules: [{ name: 'r', properties: rule }] },
  manualPrivateLinkServiceConnections: {
    ...endpoint,
    manualPrivateLinkServiceConnections: [connection!],
  },
};

const missingOf = (type = 'Microsoft.Network/virtualNetworks'): string => {
  const [namespace, ...names] = type.split('/');
  return `${group}/providers/${namespace}/${names.map((name) => `${name}/none`).join('/')}`;
};

describe('every field of every type that refers to another resource', () => {
  let world: ArmWorld;
  let denied: string | undefined;
  before(async () => {
    world = await createArmWorld({ providers, isAllowed: async (_, action) => action !== denied });
    for (const example of examples) {
      if (!example.body || example.madeBy) continue;
      const { status, json } = await world.put(await idOf(example, world), example.body);
      assert.ok(status < 300, `${example.type}: ${JSON.stringify(json)}`);
      await world.settle();
    }
  });

  for (const type of written)
    for (const { place, declaration } of fieldsOf(type))
      test(`${type.type} ${place.join('.')}`, async () => {
        const example = exampleOf(type.type);
        const id = await idOf(example, world);
        const properties = needed[place[0]!] ?? propertiesIn(example.body!);
        const path = `properties${place.map((step) => (step === '[]' ? '[0]' : `.${step}`)).join('')}`;
        const send = async (text: string): Promise<readonly Answer[]> => {
          const body = { ...example.body, properties: withText(properties, place, text) as JsonObject };
          const patch = { properties: body.properties };
          const answers = [await world.put(id, body)];
          if (type.patch === 'merge') answers.push(await world.patch(id, patch));
          return answers;
        };
        const refused = async (text: string, status: number, code: string, target?: string) => {
          for (const answer of await send(text)) {
            assert.equal(
              `${answer.status} ${errorOf(answer)?.code}`,
              `${status} ${code}`,
              JSON.stringify(answer.json),
            );
            if (target !== undefined) assert.equal(errorOf(answer).target, target);
          }
        };
        const { judgedByType, linkedAction, orEmpty, resolve } = declaration;
        if (!orEmpty) await refused('', 400, 'LinkedInvalidPropertyId', path);
        const missing = missingOf(declaration.type);
        if (judgedByType)
          for (const text of ['nonsense', group, `${missing}%`, `${missing}<`])
            for (const answer of await send(text)) {
              assert.equal(answer.status, 400, JSON.stringify(answer.json));
              assert.match(errorOf(answer).code, /^Invalid/);
            }
        else {
          await refused('nonsense', 400, 'LinkedInvalidPropertyId', path);
          await refused(`${group}/providers/Microsoft.Network/x/y/z`, 400, 'InvalidRequestFormat', path);
          if (declaration.type !== undefined) await refused(group, 400, 'InvalidRequestFormat', path);
        }
        if (resolve === 'not-implemented') await refused(missing, 501, 'NotImplemented', path);
        if (resolve.startsWith('must-exist')) {
          const own = declaration.notThere?.(id, missing, path);
          await refused(missing, 400, own?.code ?? 'InvalidResourceReference', path);
          const { message } = errorOf((await send(missing))[0]!);
          const where = {
            region: ', in the same region',
            'region-and-subscription': ', in the same region and subscription',
          };
          const wanted = `has to exist${declaration.near === undefined ? '' : where[declaration.near]}.`;
          if (own) assert.equal(message, own.message);
          else assert.ok(message.endsWith(wanted), message);
        }
        if (linkedAction === undefined) return;
        denied = linkedAction;
        await refused(missing, 403, 'LinkedAuthorizationFailed', missing);
        denied = undefined;
      });
});
