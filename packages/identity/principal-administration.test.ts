import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { Batch, JsonObject, Store } from '@tombolo/store/port';
import { applicationId, createApplication, newApplication, readApplication } from './applications.ts';
import { addSecret, checkSecret } from './credentials.ts';
import { makeClientCertificate } from './identity.testkit.ts';
import { createPrincipalAdministration } from './principal-administration.ts';
import { roleDefinitionId, roleNames } from './roles.ts';
import { secretTextOf } from './secret-text.ts';
import {
  createServicePrincipal,
  newServicePrincipal,
  readServicePrincipal,
  servicePrincipalId,
  signInPrincipal,
} from './service-principals.ts';

const now = Date.UTC(2026, 4, 1, 12);
const operatorAppId = 'aaaaaaaa-0000-4000-8000-000000000000';
const guid = (last: number): string => `cccccccc-0000-4000-8000-${String(last).padStart(12, '0')}`;
const assignmentType = 'Microsoft.Authorization/roleAssignments';

const createWorld = async (around: (store: Store) => Store = (store) => store) => {
  const memory = openMemoryStore();
  const store = around(memory);
  let count = 100;
  const administration = createPrincipalAdministration({
    ...{ store, operatorAppId, now: () => now },
    newGuid: () => guid(++count),
    randomBytes: (length) => new Uint8Array(length).fill(++count),
  });
  /** With an application that has one secret, as `principal create` makes it. */
  const make = async (displayName: string, last: number) => {
    const [appId, objectId] = [guid(last), guid(last + 1)];
    const bare = createApplication({ appId, objectId: guid(last + 2), displayName, createdDateTime: '' });
    const { holder, secretText } = addSecret(bare, {
      ...{ keyId: guid(last + 3), now, endTime: now + 1_000 },
      ...{ random: new Uint8Array(32).fill(last), salt: new Uint8Array(16) },
    });
    await memory.commit(newApplication(holder));
    await memory.commit(newServicePrincipal(createServicePrincipal({ appId, objectId, displayName })));
    return { appId, objectId, secretText };
  };
  const operator = createServicePrincipal({
    ...{ appId: operatorAppId, objectId: guid(1), displayName: 'Tombolo operator' },
  });
  const first = addSecret(operator, {
    ...{ keyId: guid(2), now, endTime: now + 1_000 },
    ...{ random: new Uint8Array(32).fill(9), salt: new Uint8Array(16) },
  });
  await memory.commit(newServicePrincipal(first.holder));
  const read = async (appId: string) => {
    const document = await memory.get(servicePrincipalId(appId));
    const registered = await memory.get(applicationId(appId));
    const principal = document && readServicePrincipal(document.body);
    return principal && signInPrincipal(principal, registered && readApplication(registered.body));
  };
  const signsIn = async (appId: string, secret: string | undefined) =>
    checkSecret((await read(appId))!, secret!, now);
  const own = async (objectId: string, last: number, properties: JsonObject = {}) => {
    const body = {
      properties: {
        ...{ principalId: objectId, scope: '/', roleDefinitionId: roleDefinitionId(roleNames.owner) },
        ...properties,
      },
    };
    const id = `/providers/${assignmentType}/${guid(last)}`;
    await memory.commit({ puts: [{ id, type: assignmentType, body }] });
  };
  const generation = async (appId: string) => (await read(appId))?.tokenGeneration ?? 0;
  return {
    store: memory,
    administration,
    make,
    read,
    signsIn,
    own,
    generation,
    operatorSecret: first.secretText,
  };
};
const refused = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    assert.ok(error instanceof ArmError, String(error));
    return `${error.status} ${error.code}: ${error.message}`;
  }
};

describe('principals', () => {
  test('are found by display name, application id and object id; what several have is refused', async () => {
    const { administration, make } = await createWorld();
    const one = await make('onboarding', 10);
    for (const name of ['onboarding', one.appId.toUpperCase(), one.objectId])
      assert.equal((await administration.show(name)).appId, one.appId, name);
    assert.match(await refused(administration.show('Onboarding')), /^404 PrincipalNotFound: .*'Onboarding'/);
    const two = await make('onboarding', 20);
    assert.match(
      await refused(administration.remove('onboarding')),
      new RegExp(`^409 PrincipalNameAmbiguous: .*${one.appId}, ${two.appId}`),
    );
    // An id is one's own, whatever others are called.
    await make(one.appId, 30);
    assert.equal((await administration.show(one.appId)).objectId, one.objectId);
    assert.deepEqual(
      (await administration.list()).map(({ displayName, operator }) => [displayName, operator]).sort(),
      [
        ['Tombolo operator', true],
        [one.appId, false],
        ['onboarding', false],
        ['onboarding', false],
      ].sort(),
    );
  });

  test('show no secret: three characters, a thumbprint, and when they end', async () => {
    const { administration, make } = await createWorld();
    const { secretText } = await make('onboarding', 10);
    const shown = await administration.show('onboarding');
    assert.deepEqual(shown.secrets, [
      { keyId: guid(13), hint: secretText.slice(0, 3), endDateTime: '2026-05-01T12:00:01.000Z' },
    ]);
    assert.ok(!JSON.stringify(shown).includes(secretText) && !JSON.stringify(shown).includes('hash'));
  });

  test('that are rotated have the new secret only, and no token of before', async () => {
    const { administration, make, signsIn, generation } = await createWorld();
    const { appId, secretText } = await make('onboarding', 10);
    const { secretText: next } = await administration.rotate('onboarding', { days: 1, keep: false });
    assert.deepEqual([await signsIn(appId, secretText), await signsIn(appId, next)], ['wrong', 'valid']);
    assert.equal(await generation(appId), 1);
    const { secretText: beside } = await administration.rotate(appId, { days: 1, keep: true });
    assert.deepEqual([await signsIn(appId, next), await signsIn(appId, beside)], ['valid', 'valid']);
    assert.equal(await generation(appId), 1);
  });

  test('that are rotated to a certificate have no secret any more', async () => {
    const { administration, make, signsIn } = await createWorld();
    const { appId, secretText } = await make('onboarding', 10);
    const { pem } = await makeClientCertificate();
    const { shown, secretText: none } = await administration.rotate('onboarding', {
      ...{ days: 1, keep: false, certificate: pem },
    });
    assert.deepEqual([none, (shown.certificates as JsonObject[]).length, shown.secrets], [undefined, 1, []]);
    assert.equal(await signsIn(appId, secretText), 'wrong');
  });

  test('that are rotated by who keeps the secret first have the secret of those bytes', async () => {
    const { administration, make, signsIn } = await createWorld();
    const { appId } = await make('onboarding', 10);
    const random = new Uint8Array(32).fill(255);
    const { secretText } = await administration.rotate(appId, { days: 1, keep: false, random });
    assert.equal(secretText, secretTextOf(random));
    assert.equal(await signsIn(appId, secretTextOf(random)), 'valid');
  });

  test('that are full of secrets are rotated all the same; beside them there is no room', async () => {
    const { administration, make, read } = await createWorld();
    const { appId } = await make('onboarding', 10);
    for (let each = 1; each < 32; each += 1) await administration.rotate(appId, { days: 1, keep: true });
    await assert.rejects(administration.rotate(appId, { days: 1, keep: true }), /has 32 secrets already/);
    await administration.rotate(appId, { days: 1, keep: false });
    assert.equal((await read(appId))?.secrets.length, 1);
  });

  test('the operator’s: the new secret is told while the former is good, and what stops in between locks nobody out', async () => {
    const { administration, signsIn, generation, operatorSecret } = await createWorld();
    const told: [string, string][] = [];
    const asked = { days: 1, keep: false };
    await assert.rejects(
      administration.rotate(operatorAppId, asked, () => {
        throw new Error('disk full');
      }),
      { message: 'disk full' },
    );
    assert.equal(await signsIn(operatorAppId, operatorSecret), 'valid');
    assert.equal(await generation(operatorAppId), 0);
    let next = '';
    await administration.rotate(operatorAppId, asked, (secretText) => {
      next = secretText;
      told.push(['told', secretText]);
    });
    assert.equal(told.length, 1);
    assert.deepEqual(
      [await signsIn(operatorAppId, operatorSecret), await signsIn(operatorAppId, next)],
      ['wrong', 'valid'],
    );
    assert.equal(await generation(operatorAppId), 1);
  });

  test('that are disabled, enabled, deleted: once each, with a line in the activity log', async () => {
    const { store, administration, make, read, generation } = await createWorld();
    const { appId } = await make('onboarding', 10);
    assert.equal((await administration.setEnabled('onboarding', false)).enabled, false);
    assert.equal((await administration.setEnabled('onboarding', false)).enabled, false);
    assert.equal(await generation(appId), 1);
    assert.equal((await administration.setEnabled('onboarding', true)).enabled, true);
    assert.equal((await administration.remove('onboarding')).appId, appId);
    assert.equal(await read(appId), undefined);
    assert.equal(await store.get(applicationId(appId)), undefined);
    assert.deepEqual(
      (await store.audit({ limit: 9 })).map(({ action, caller }) => `${caller} ${action}`).reverse(),
      ['disable', 'enable', 'delete'].map((what) => `operator Tombolo/principals/${what}`),
    );
  });

  test('of the operator stay; so does the last administrator, whoever else is no longer one', async () => {
    const { administration, make, own } = await createWorld();
    const second = await make('second', 10);
    await own(second.objectId, 90);
    const third = await make('third', 20);
    for (const name of ['Tombolo operator', operatorAppId]) {
      assert.match(await refused(administration.remove(name)), /^409 PrincipalStays: The operator's own/);
      assert.match(await refused(administration.setEnabled(name, false)), /cannot be disabled: the commands/);
    }
    const last = /^409 PrincipalStays: The last administrator cannot be (deleted|disabled)/;
    // None of these administers: a reader, an owner of less, one by a condition, and nobody.
    const reader = roleDefinitionId(roleNames.reader);
    await own(third.objectId, 91, { roleDefinitionId: reader });
    await own(third.objectId, 92, { scope: '/subscriptions/s' });
    await own(third.objectId, 93, { condition: 'perhaps' });
    await own(guid(77), 94);
    assert.match(await refused(administration.remove('second')), last);
    assert.match(await refused(administration.setEnabled('second', false)), last);
    await own(third.objectId, 95);
    await administration.setEnabled('second', false);
    assert.match(await refused(administration.remove('third')), last);
    await administration.setEnabled('second', true);
    await administration.remove('third');
  });

  test('two administrators that delete each other: one is left', async () => {
    let meanwhile: (() => Promise<unknown>) | undefined;
    const world = await createWorld((store) => ({
      ...store,
      commit: async (batch: Batch) => {
        const first = meanwhile;
        meanwhile = undefined;
        await first?.();
        return store.commit(batch);
      },
    }));
    const { administration, make, own, read } = world;
    const [one, two] = [await make('one', 10), await make('two', 20)];
    await own(one.objectId, 90);
    await own(two.objectId, 91);
    meanwhile = () => administration.remove('two');
    assert.match(await refused(administration.remove('one')), /The last administrator/);
    assert.ok(await read(one.appId));
    assert.equal(await read(two.appId), undefined);
  });
});
