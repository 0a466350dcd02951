/** What a machine's PUT keeps, replaces and refuses, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { tenantId } from '@tombolo/testkit/arm-world';
import { decided, putInput, refused, stored } from '../../put-input.testkit.ts';
import { machineId, scopeId } from '../topology.testkit.ts';
import { putMachine, requestedScopeOf } from './model.ts';

const scope = stored(scopeId, {}, { location: 'japaneast' });
const put = (
  properties: JsonObject = {},
  given: { existing?: Document; envelope?: JsonObject; scope?: Document } = {},
) =>
  putMachine(
    putInput({
      id: machineId,
      properties: properties as never,
      loaded: { tenantId, requestedScope: requestedScopeOf({ properties }) },
      location: 'japaneast',
      existing: given.existing,
      envelope: given.envelope ?? {},
      referenced: [given.scope ?? scope],
    }),
  );
const vmId = 'abcdefab-0000-4000-8000-abcdefabcdef';
const name = machineId.slice(machineId.lastIndexOf('/') + 1);

describe('a machine', () => {
  test('has its own name unless it says otherwise, and no GUID of ours: its agent brings it; Azure answers a create with 200', () =>
    assert.deepEqual(put(), {
      properties: { displayName: name },
      envelope: {},
      effects: { expect: [], claims: [] },
      status: { created: 200, updated: 200 },
    }));

  test('keeps who it is and what its agent reported, and replaces the rest', () => {
    const existing = stored(machineId, {
      vmId: vmId.toUpperCase(),
      clientPublicKey: 'key',
      displayName: 'light',
      osName: 'debian',
      locationData: { name: 'Hamburg' },
    });
    const { locationData: _, ...kept } = existing.body.properties as JsonObject;
    assert.deepEqual(decided(put({ vmId, osName: 'ubuntu' }, { existing })).properties, {
      ...kept,
      vmId,
      osName: 'ubuntu',
    });
  });

  test('keeps what its agent said within what is replaced, unless it says something else', () => {
    const linuxConfiguration = { patchSettings: { patchMode: 'Manual' } };
    const existing = stored(machineId, {
      cloudMetadata: { provider: 'AWS' },
      osProfile: { computerName: 'light', linuxConfiguration },
    });
    const shown = (properties: JsonObject) => {
      const { cloudMetadata, osProfile } = decided(put(properties, { existing })).properties ?? {};
      return { cloudMetadata, osProfile };
    };
    const kept = { cloudMetadata: { provider: 'AWS' }, osProfile: { computerName: 'light' } };
    for (const body of [{}, { cloudMetadata: {}, osProfile: {} }, { cloudMetadata: null, osProfile: null }])
      assert.deepEqual(shown(body), kept);
    assert.deepEqual(shown({ osProfile: { computerName: null, linuxConfiguration } }).osProfile, {
      computerName: 'light',
      linuxConfiguration,
    });
    assert.deepEqual(shown({ cloudMetadata: { provider: 'GCP' } }).cloudMetadata, { provider: 'GCP' });
  });

  test('an empty key is one that is left out: it frees the machine for nobody', () => {
    const existing = stored(machineId, { vmId, clientPublicKey: 'Key' });
    for (const nothing of ['', null]) {
      const properties = { vmId: nothing, clientPublicKey: nothing };
      const after = decided(put(properties, { existing })).properties;
      assert.deepEqual([after.vmId, after.clientPublicKey], [vmId, 'Key']);
      const made = decided(put(properties)).properties;
      assert.deepEqual([made.vmId, made.clientPublicKey], [undefined, undefined]);
    }
  });

  test('has GUIDs where Azure has them; what is none is refused in its code, all of it named', () => {
    const wrong = (properties: JsonObject, named: string, target: string) =>
      assert.equal(
        refused(() => put(properties)),
        `400 HCRP400 properties.${target}: The request does not have sufficient information to complete the operation. Missing or invalid properties: ${named} of '${machineId}'. They have to be GUIDs.`,
      );
    wrong({ vmId: 'vm-221014143600135524' }, 'VmId', 'vmId');
    wrong({ vmUuid: 'x', vmId: `{${vmId}}` }, 'VmId, VmUuid', 'vmId');
    decided(put({ vmId, vmUuid: vmId.toUpperCase() }));
    decided(put({ vmId: '', vmUuid: null }));
    decided(put({}, { existing: stored(machineId, { vmId: 'of an earlier version' }) }));
  });

  test('is no other machine: its GUID differs in more than case, its key in anything', () => {
    const conflict = (what: string) =>
      `409 HCRP409 properties.${what}: The machine '${machineId}' exists with another ${what}. A machine that was set up anew is connected under another name, or after this resource has been deleted.`;
    const existing = stored(machineId, { vmId, clientPublicKey: 'Key' });
    assert.equal(
      refused(() => put({ vmId: vmId.replaceAll('a', 'b') }, { existing })),
      conflict('vmId'),
    );
    for (const clientPublicKey of ['other', 'KEY'])
      assert.equal(
        refused(() => put({ clientPublicKey }, { existing })),
        conflict('clientPublicKey'),
      );
    decided(put({ vmId: vmId.toUpperCase(), clientPublicKey: 'Key' }, { existing }));
    const ahead = stored(machineId, {});
    const first = decided(put({ vmId, clientPublicKey: 'first' }, { existing: ahead })).properties;
    assert.deepEqual(
      [first.vmId, first.clientPublicKey],
      [vmId, 'first'],
      'the first agent takes over what was made ahead',
    );
  });

  test('gets a system-assigned identity once, and keeps its kind', () => {
    const envelopeOf = (envelope: JsonObject, body: JsonObject = {}) =>
      decided(put({}, { envelope, existing: stored(machineId, { vmId }, body) })).envelope;
    const assigned = { type: 'SystemAssigned', principalId: 'guid-1', tenantId };
    assert.deepEqual(envelopeOf({ identity: { type: 'systemassigned' } }), { identity: assigned });
    const { effects } = decided(put({}, { envelope: { identity: { type: 'SystemAssigned' } } }));
    const own = machineId.toLowerCase();
    assert.ok(
      effects?.claims?.some(({ key, holder }) => /^directory object guid-\d$/.test(key) && holder === own),
      'found in the directory',
    );
    for (const identity of [{ type: 'None' }, {}, 'SystemAssigned'])
      assert.deepEqual(envelopeOf({ identity }), {}, JSON.stringify(identity));
    const before = { identity: { ...assigned, principalId: 'kept' }, kind: 'AWS' };
    assert.deepEqual(envelopeOf({ identity: { type: 'SystemAssigned' } }, before), before);
    assert.deepEqual(envelopeOf({ kind: 'GCP' }, before), { ...before, kind: 'GCP' });
    assert.deepEqual(envelopeOf({ kind: 'GCP' }), { kind: 'GCP' });
  });
});

describe('R2, R3: its scope', () => {
  const associated = stored(machineId, { vmId, privateLinkScopeResourceId: scopeId });
  const after = (value: Json | undefined, existing?: Document) => {
    const { properties, effects } = decided(
      put(value === undefined ? {} : { privateLinkScopeResourceId: value }, existing ? { existing } : {}),
    );
    return [properties.privateLinkScopeResourceId, effects!.expect];
  };
  test('is taken as the scope spells it, and has to be there still', () =>
    assert.deepEqual(after(scopeId.toUpperCase()), [scopeId, [{ id: scopeId, version: 'present' }]]));
  test('stays where the PUT does not speak of it, and goes by null or nothing', () => {
    assert.deepEqual(after(undefined, associated), [scopeId, []]);
    for (const none of [null, '']) assert.deepEqual(after(none, associated), [undefined, []]);
  });
  test('is noted with its GUID; of one made anew under the name nothing is taken that is not named again', () => {
    const first = stored(scopeId, { privateLinkScopeId: 'one' }, { location: 'japaneast' });
    const second = stored(scopeId, { privateLinkScopeId: 'two' }, { location: 'japaneast' });
    const written = (scope: Document, existing?: Document, properties = {}) =>
      decided(put(properties, { scope, ...(existing ? { existing } : {}) })).properties;
    const naming = { privateLinkScopeResourceId: scopeId };
    const made = written(first, undefined, naming);
    assert.equal(made.privateLinkScopeGuid, 'one');
    const machine = stored(machineId, made);
    assert.equal(written(second, machine).privateLinkScopeGuid, 'one');
    assert.equal(written(second, machine, naming).privateLinkScopeGuid, 'two');
    assert.equal(
      written(second, machine, { privateLinkScopeResourceId: null }).privateLinkScopeGuid,
      undefined,
    );
  });
  test('is refused in another region', () => {
    const elsewhere = stored(scopeId, {}, { location: 'japanwest' });
    assert.match(
      refused(() => put({ privateLinkScopeResourceId: scopeId }, { scope: elsewhere })),
      /^\d+ PrivateLinkScopeRegionMismatch .*japanwest/,
    );
  });
  test('is read of the body in any case of the name: null clears it, what is no text does not speak of it', () => {
    const read = (properties: Json) => requestedScopeOf({ properties });
    assert.equal(read({ PRIVATELINKSCOPERESOURCEID: 'a' }), 'a');
    assert.equal(read({ privateLinkScopeResourceId: null }), null);
    for (const unsaid of [{ privateLinkScopeResourceId: 7 }, {}, 'x', null, [null]])
      assert.equal(read(unsaid), undefined, JSON.stringify(unsaid));
    for (const body of [undefined, null, 'x']) assert.equal(requestedScopeOf(body), undefined);
  });
});
