import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json, JsonObject } from '@tombolo/store/port';
import { ArmError } from './arm-error.ts';
import { envelopeOf, knownMembers } from './envelope.ts';
import { type EnvelopeMember, envelopeSchemas } from './envelope-schema.ts';
import { defineResourceType } from './resource-type.ts';

const members = Object.keys(envelopeSchemas) as readonly EnvelopeMember[];
const taking = (envelope: readonly EnvelopeMember[]) =>
  defineResourceType<unknown>({
    type: 'A/b',
    apiVersions: ['2024-01-01'],
    placement: 'tracked',
    lists: [],
    envelope,
    echoed: ['resources'],
  });
const read = (body: JsonObject, envelope = members, tolerant = false): JsonObject =>
  envelopeOf(taking(envelope), body, tolerant, []);
const refusalOf = (body: JsonObject, envelope = members): ArmError => {
  try {
    read(body, envelope);
  } catch (error) {
    assert.ok(error instanceof ArmError, String(error));
    return error;
  }
  return assert.fail(`${JSON.stringify(body).slice(0, 80)} was not refused`);
};

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u';

const good: Readonly<Record<EnvelopeMember, readonly Json[]>> = {
  sku: [{ name: 'Standard' }, { name: 'S1', tier: 'Standard', size: null, family: 'S', capacity: 2 }],
  plan: [{ name: 'n', publisher: 'p', product: 'x' }],
  identity: [
    { type: 'None' },
    { type: 'systemassigned', principalId: 'p', tenantId: 't' },
    { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [id]: {} } },
  ],
  extendedLocation: [{ name: 'losangeles', type: 'EdgeZone' }],
  zones: [[], ['1', '2', '3']],
  kind: ['', 'AWS', 'app,linux'],
  managedBy: [id],
};

const long = 'x'.repeat(300_000);
const bad: Readonly<Record<EnvelopeMember, readonly Json[]>> = {
  sku: ['Standard', { name: '' }, { name: 'S', capacity: -1 }, { tier: 'S' }],
  plan: [{ name: 'n' }, []],
  identity: [
    'SystemAssigned',
    { type: 'Perhaps' },
    {},
    { type: 'UserAssigned', userAssignedIdentities: { nonsense: {} } },
    {
      type: 'UserAssigned',
      userAssignedIdentities: Object.fromEntries(
        Array.from({ length: 101 }, (_, index) => [`${id}${index}`, {}]),
      ),
    },
  ],
  extendedLocation: [3, 'losangeles', {}, { name: { name: 'x' } }],
  zones: ['1', [1], [''], Array(17).fill('1')],
  kind: [1, {}, 'a b'],
  managedBy: ['nonsense', {}],
};

/** The same value with every string in it 300 KB long. */
const swollen = (value: Json): Json => {
  if (typeof value === 'string') return long;
  if (Array.isArray(value)) return (value as readonly Json[]).map(swollen);
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [key, swollen(inner ?? '')]),
  );
};

describe('the envelope', () => {
  for (const member of members) {
    test(`${member}: what ARM's contract has of it is taken, whatever else is refused by its name`, () => {
      for (const value of good[member]) assert.deepEqual(read({ [member]: value }), { [member]: value });
      for (const value of bad[member]) {
        const refused = refusalOf({ [member]: value });
        assert.equal(refused.code, 'InvalidRequestContent');
        assert.equal(refused.target?.split(/[.[]/)[0], member, JSON.stringify(value));
      }
    });

    test(`${member}: a value of 300 KB is refused, and not shown`, () => {
      for (const value of good[member].filter((each) => JSON.stringify(each).length > 2)) {
        const refused = refusalOf({ [member]: swollen(value) });
        assert.equal(refused.status, 400);
        assert.ok(refused.message.length < 1000 && (refused.target?.length ?? 0) <= 512);
      }
    });
  }

  test('a member that the type does not take is refused by name, or left out for a newer api-version', () => {
    for (const member of members) {
      const [value] = good[member].filter((each) => JSON.stringify(each).length > 2);
      const others = members.filter((other) => other !== member);
      assert.equal(refusalOf({ [member]: value }, others).target, member);
      const ignored: string[] = [];
      assert.deepEqual(envelopeOf(taking(others), { [member]: value }, true, ignored), {});
      assert.deepEqual(ignored, [member]);
    }
  });

  test('null and empty lists ask for nothing, of every type; echoes of answers are passed over', () => {
    const empty = { zones: [], resources: [1], etag: 'x', systemData: null, id: 'x', name: 'x', type: 'x' };
    const nothing = Object.fromEntries(members.map((member) => [member, null]));
    for (const envelope of [members, []])
      assert.deepEqual(read({ ...nothing, ...empty, zones: null }, envelope), {});
    assert.deepEqual(knownMembers(taking([]), { ...empty, tags: {}, location: 'x' }, false, []), [
      'tags',
      'location',
    ]);
  });
});
