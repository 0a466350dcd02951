/** What the authority writes and answers, on a store alone: identities, certificates, versions, and who is faster. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import type { CertificateAuthority } from '@tombolo/identity/certificate-authority';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { Pkcs10CertificateRequestGenerator, X509Certificate } from '@tombolo/identity/x509';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { Batch, JsonObject, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { exportJWK } from 'jose';
import { formatClientPublicKey } from './client-public-key.testkit.ts';
import { createMachineRegistry } from './machine-registry.ts';
import { identityIdOf, identityType } from './projection.ts';
import { type PublicKeyJwk, thumbprint } from './public-key.ts';

const day = 86_400_000;
const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines';
const machineType = 'Microsoft.HybridCompute/machines';
const algorithm = { name: 'ECDSA', hash: 'SHA-256' };

let authority: CertificateAuthority;
let store: Store;
let now = 0;
before(async () => {
  now = Date.parse('2026-11-01T00:00:00Z');
  authority = await createAuthority({ name: 'test authority', now });
  store = openMemoryStore({});
});
after(() => store.close());

/** A store that meets another writer before each of its first commits. */
const rivalled = (conflicts: number, meanwhile: () => Promise<unknown> = async () => {}) => {
  let attempts = 0;
  const commit = async (batch: Batch) => {
    attempts += 1;
    if (attempts > conflicts) return store.commit(batch);
    await meanwhile();
    throw new StoreConflict({ kind: 'version', id: 'it', expected: 1, found: 2 });
  };
  return {
    registry: createMachineRegistry({
      store: { ...store, commit },
      certificateAuthority: authority,
      now: () => now,
    }),
    attempts: () => attempts,
  };
};
/** What happens between the first reading and the first commit; the store itself finds the conflict, or does not. */
const rivalledOnce = (meanwhile: () => Promise<unknown>) => {
  let met = false;
  const commit = async (batch: Batch) => {
    if (!met) {
      met = true;
      await meanwhile();
    }
    return store.commit(batch);
  };
  return createMachineRegistry({
    store: { ...store, commit },
    certificateAuthority: authority,
    now: () => now,
  });
};
const registry = () => createMachineRegistry({ store, certificateAuthority: authority, now: () => now });

const createKey = async (curve = 'P-256') => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: curve }, true, [
    'sign',
    'verify',
  ]);
  const csr = (
    await Pkcs10CertificateRequestGenerator.create({ name: 'CN=m', keys, signingAlgorithm: algorithm })
  ).toString('pem');
  const { kty, crv, x, y } = await exportJWK(keys.publicKey);
  return { csr, jwk: { kty, crv, x, y } as PublicKeyJwk };
};
let count = 0;
const createMachine = async (properties: JsonObject = {}, type = machineType) => {
  count += 1;
  const id = `${group}/m${count}`;
  const key = await createKey();
  const clientPublicKey = formatClientPublicKey(key.jwk);
  await store.commit({
    puts: [
      {
        id,
        type,
        body: {
          location: 'japaneast',
          properties: { clientPublicKey, agentVersion: '1.60.0', ...properties },
        },
      },
    ],
  });
  const identity = async () => (await store.get(identityIdOf(id)))?.body.properties as JsonObject | undefined;
  const serials = async () =>
    ((await identity())?.certificates as { serial: string }[] | undefined)?.map(({ serial }) => serial);
  return { id, ...key, identity, serials, agentVersion: '1.60.0' };
};
type Made = Awaited<ReturnType<typeof createMachine>>;
const register = (
  { id, csr, agentVersion }: Made,
  by = registry(),
  registrationId = `registration ${++registrations}`,
) => by.register({ machineId: id, csr, agentVersion, registrationId });
let registrations = 0;
const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ArmError, String(error));
    return `${error.status} ${error.code}${error.target ? ` ${error.target}` : ''}: ${error.message}`;
  }
  return 'none';
};

describe('registration', () => {
  test('writes the identity with the key of the request, and answers the certificate with its chain', async () => {
    const machine = await createMachine({ vmId: 'vm-1' });
    const issued = await register(machine);
    assert.deepEqual(await machine.identity(), {
      machineId: machine.id,
      vmId: 'vm-1',
      keyThumbprint: thumbprint(machine.jwk),
      publicKeyJwk: machine.jwk,
      certificates: [{ serial: issued.serial, notAfter: issued.notAfter }],
      registeredAt: now,
    });
    assert.deepEqual(issued.chain, authority.chain);
    assert.equal(new X509Certificate(issued.certificate).subjectName.getField('CN')[0], 'vm-1');
  });

  test('of a resource without a vmId is under its name, and says none', async () => {
    for (const vmId of [undefined, '', 7] as const) {
      const machine = await createMachine(vmId === undefined ? {} : { vmId });
      const { certificate } = await register(machine);
      const name = machine.id.slice(group.length + 1);
      assert.equal(new X509Certificate(certificate).subjectName.getField('CN')[0], name);
      if (vmId !== '') assert.ok(!('vmId' in ((await machine.identity()) ?? {})), String(vmId));
    }
  });

  test('anew revokes what was issued before', async () => {
    const machine = await createMachine();
    await register(machine);
    const { serial } = await register(machine);
    assert.deepEqual(await machine.serials(), [serial]);
  });

  test('is one however often it comes: the same answer, and nothing is written', async () => {
    const machine = await createMachine();
    const first = await register(machine, registry(), 'one-statement');
    const { through } = await store.head();
    assert.deepEqual(await register(machine, registry(), 'one-statement'), first);
    assert.equal((await store.head()).through, through);
    // Two at once: one is written, and both have it.
    const [one, other] = await Promise.all([1, 2].map(() => register(machine, registry(), 'at-once')));
    assert.deepEqual(one, other);
    assert.deepEqual(await machine.serials(), [one?.serial]);
  });

  test('that was followed by another is refused when it comes again: the machine is not evicted by its own past', async () => {
    const machine = await createMachine();
    await register(machine, registry(), 'the first one');
    const { serial } = await register(machine, registry(), 'the second one');
    assert.match(await refusal(register(machine, registry(), 'the first one')), /was taken before/);
    assert.deepEqual(await machine.serials(), [serial]);
    await registry().disconnect({ machineId: machine.id, serial });
    assert.match(await refusal(register(machine, registry(), 'the second one')), /was taken before/);
    assert.equal(await machine.identity(), undefined);
    // What could not be valid any more is forgotten.
    now += 16 * 60_000;
    await register(machine, registry(), 'the third one');
    now -= 16 * 60_000;
    const kept = (await store.get(`${machine.id}/registrations/current`))?.body.properties as JsonObject;
    assert.deepEqual(
      (kept.taken as JsonObject[]).map(({ id }) => id),
      ['the third one'],
    );
  });

  test('keeps the names of before a move: its agent may still go by them', async () => {
    const machine = await createMachine();
    await register(machine);
    const document = (await store.get(identityIdOf(machine.id)))!;
    const formerIds = ['/machines/former/identities/current'];
    await store.commit({ puts: [{ ...document, body: { ...document.body, formerIds } }] });
    await register(machine);
    assert.deepEqual((await store.get(identityIdOf(machine.id)))?.body.formerIds, formerIds);
  });

  test('is refused with what is wrong', async () => {
    const machine = await createMachine();
    const thief = await createKey();
    assert.equal(
      await refusal(register({ ...machine, csr: thief.csr })),
      `403 MachineKeyMismatch properties.clientPublicKey: The key that signed is not the clientPublicKey of machine '${machine.id}'. Create the machine resource again with this machine's key (azcmagent connect).`,
    );
    const keyless = await createMachine({ clientPublicKey: 'none' });
    assert.match(await refusal(register(keyless)), /^403 MachineKeyMismatch properties\.clientPublicKey: /);
    const other = await createMachine({}, 'Microsoft.Network/virtualNetworks');
    for (const asked of [other, { ...machine, id: `${group}/absent` }])
      assert.equal(
        await refusal(register(asked)),
        `403 MachineNotFound: There is no machine resource '${asked.id}'. Create it (azcmagent connect) before the machine registers.`,
      );
    const { csr } = await createKey('P-384');
    assert.match(
      await refusal(register({ ...machine, csr })),
      /^400 InvalidCertificateRequest: The certificate request is refused: .*P-256/,
    );
    assert.match(
      await refusal(register({ ...machine, csr: 'no request' })),
      /^400 InvalidCertificateRequest: The certificate request is refused: .{10}/,
    );
    assert.equal(await machine.identity(), undefined);
  });

  test('decides anew where others were faster, five times, and then says so', async () => {
    const machine = await createMachine();
    const late = rivalled(4);
    await register(machine, late.registry);
    assert.equal(late.attempts(), 5);
    const never = rivalled(9);
    assert.equal(
      await refusal(register(machine, never.registry)),
      `409 Conflict: Machine '${machine.id}' was changed by others at the same time, again and again. Nothing was written; retry.`,
    );
    assert.equal(never.attempts(), 5);
  });

  test('leaves nothing behind where the resource goes meanwhile', async () => {
    const machine = await createMachine();
    const gone = createMachineRegistry({
      store: {
        ...store,
        get: async (id) => {
          const found = await store.get(id);
          await store.commit({ deletes: [machine.id] });
          return found;
        },
      },
      certificateAuthority: authority,
      now: () => now,
    });
    assert.match(await refusal(register(machine, gone)), /^403 MachineNotFound/);
    assert.equal(await machine.identity(), undefined);
  });

  test('is for the machine that was read: not for one made anew meanwhile with another key', async () => {
    const machine = await createMachine();
    const { jwk } = await createKey();
    const document = (await store.get(machine.id))!;
    const another = { ...document.body, properties: { clientPublicKey: formatClientPublicKey(jwk) } };
    const replaced = rivalledOnce(async () => {
      await store.commit({ deletes: [machine.id] });
      await store.commit({ puts: [{ id: machine.id, type: document.type, body: another }] });
    });
    assert.match(await refusal(register(machine, replaced)), /^403 MachineKeyMismatch/);
    assert.equal(await machine.identity(), undefined);
  });

  test('a store that fails is no conflict: its error is passed on at once', async () => {
    const machine = await createMachine();
    const broken = createMachineRegistry({
      store: { ...store, commit: () => Promise.reject(new Error('disk full')) },
      certificateAuthority: authority,
      now: () => now,
    });
    await assert.rejects(register(machine, broken), { message: 'disk full' });
  });
});

describe('renewal', () => {
  const registered = async () => {
    const machine = await createMachine({ vmId: 'vm' });
    const issued = await register(machine);
    const renew = (serial = issued.serial, more: object = {}, by = registry()) =>
      by.renew({ machineId: machine.id, csr: machine.csr, serial, ...more });
    return { machine, issued, renew };
  };
  const at = async <T>(time: number, work: () => Promise<T>): Promise<T> => {
    const before_ = now;
    now = time;
    try {
      return await work();
    } finally {
      now = before_;
    }
  };

  test('is due when 45 days are left, and not a moment before', async () => {
    const { machine, issued, renew } = await registered();
    assert.equal(
      await at(issued.notAfter - 45 * day - 1, () => refusal(renew())),
      '409 RenewalNotDue: The certificate is valid for 45 more days and is renewed when 45 or fewer are left. Try again then.',
    );
    assert.match(await at(issued.notAfter - 80 * day, () => refusal(renew())), /valid for 80 more days/);
    const document = (await store.get(identityIdOf(machine.id)))!;
    const formerIds = ['/machines/former/identities/current'];
    await store.commit({ puts: [{ ...document, body: { ...document.body, formerIds } }] });
    assert.equal(await at(issued.notAfter - 45 * day, () => refusal(renew())), 'none');
    const renewed = await store.get(identityIdOf(machine.id));
    assert.deepEqual(renewed?.body.formerIds, formerIds, 'its agent may still go by that name');
  });

  test('keeps when the machine registered, its id and its key', async () => {
    const { machine, issued, renew } = await registered();
    const before_ = await machine.identity();
    await at(issued.notAfter - day, renew);
    const { certificates, ...rest } = (await machine.identity())!;
    const { certificates: _, ...expected } = before_!;
    assert.deepEqual(rest, expected);
    assert.equal((certificates as unknown[]).length, 2);
  });

  test('is refused at the end of the certificate, with another’s serial, with another key, without an identity', async () => {
    const { machine, issued, renew } = await registered();
    const spent = (serial: string) =>
      `401 AuthenticationFailed: The machine could not be authenticated: certificate ${serial} is revoked or expired. Ask for a new token; if that is refused too, disconnect the machine locally and connect it again.`;
    assert.equal(await at(issued.notAfter, () => refusal(renew())), spent(issued.serial));
    assert.equal(await at(issued.notAfter - 1, () => refusal(renew('ab'))), spent('ab'));
    const { csr } = await createKey();
    assert.match(
      await at(issued.notAfter - 1, () => refusal(renew(issued.serial, { csr }))),
      new RegExp(`^403 MachineKeyMismatch: .*'${machine.id}'`),
    );
    const stranger = await createMachine();
    assert.match(
      await refusal(renew(issued.serial, { machineId: stranger.id, csr: stranger.csr })),
      new RegExp(`^401 AuthenticationFailed: .*: machine '${stranger.id}' is not registered\\.`),
    );
    await store.commit({
      puts: [{ id: identityIdOf(stranger.id), type: identityType, body: { properties: {} } }],
    });
    assert.match(
      await refusal(renew(issued.serial, { machineId: stranger.id, csr: stranger.csr })),
      /is not registered/,
    );
  });

  test('decides anew on what another renewal has written meanwhile', async () => {
    const { machine, issued, renew } = await registered();
    await at(issued.notAfter - day, async () => {
      const other = rivalled(1, () => renew());
      const { serial } = await renew(issued.serial, {}, other.registry);
      assert.deepEqual(await machine.serials(), [issued.serial, serial]);
    });
    const never = rivalled(9);
    assert.match(
      await at(issued.notAfter - day, () => refusal(renew(issued.serial, {}, never.registry))),
      new RegExp(`^409 Conflict: The identity of '${machine.id}' was changed`),
    );
  });

  test('never undoes a revocation that comes meanwhile', async () => {
    const { machine, issued, renew } = await registered();
    const gone = createMachineRegistry({
      store: {
        ...store,
        commit: async (batch) => {
          await store.commit({ deletes: [identityIdOf(machine.id)] });
          return store.commit(batch);
        },
      },
      certificateAuthority: authority,
      now: () => now,
    });
    assert.match(
      await at(issued.notAfter - day, () => refusal(renew(issued.serial, {}, gone))),
      /is not registered/,
    );
    assert.equal(await machine.identity(), undefined);
  });
});

describe('a disconnection', () => {
  test('ends the identity that its certificate belongs to, once', async () => {
    const machine = await createMachine();
    const { serial } = await register(machine);
    const ask = () => registry().disconnect({ machineId: machine.id, serial });
    assert.equal((await ask()).feed, (await store.head()).through);
    assert.equal(await machine.identity(), undefined);
    assert.match(await refusal(ask()), /^401 AuthenticationFailed: .* is not registered/);
  });

  test('never ends a registration that came after its certificate', async () => {
    const machine = await createMachine();
    const former = await register(machine);
    const { serial } = await register(machine);
    const revoked = new RegExp(`^401 AuthenticationFailed: .*certificate ${former.serial} is revoked`);
    const asked = { machineId: machine.id, serial: former.serial };
    assert.match(await refusal(registry().disconnect(asked)), revoked);
    const meanwhile = await createMachine();
    const first = await register(meanwhile);
    const late = rivalledOnce(() => register(meanwhile));
    const ask = late.disconnect({ machineId: meanwhile.id, serial: first.serial });
    assert.match(await refusal(ask), /^401 AuthenticationFailed: .* is revoked/);
    assert.deepEqual([(await machine.serials())?.length, (await meanwhile.serials())?.length], [1, 1]);
    assert.deepEqual(await machine.serials(), [serial]);
  });
});

describe('a heartbeat', () => {
  const connected = async (properties: JsonObject = {}) => {
    const machine = await createMachine(properties);
    return { ...machine, serial: (await register(machine)).serial };
  };
  const beat = (machine: Made & { readonly serial?: string }, more: object = {}) => ({
    machineId: machine.id,
    at: 5,
    serial: machine.serial ?? 'ab',
    agentVersion: machine.agentVersion,
    value: { status: 'Connected' },
    ...more,
  });
  const versions = async ({ id }: Made) => {
    const { version, body } = (await store.get(id))!;
    return [version, (body.properties as JsonObject).agentVersion];
  };

  test('of an upgraded agent shows in the resource, and one that says the same writes nothing', async () => {
    const machine = await connected({ tags: 'kept' });
    const [version] = await versions(machine);
    await registry().recordHeartbeats([beat(machine)]);
    assert.deepEqual(await versions(machine), [version, '1.60.0']);
    await registry().recordHeartbeats([beat(machine, { agentVersion: '1.61.0' })]);
    const [later, upgraded] = await versions(machine);
    assert.ok(later !== version && upgraded === '1.61.0');
    const { body, type } = (await store.get(machine.id))!;
    assert.equal((body.properties as JsonObject).tags, 'kept');
    assert.deepEqual([body.location, type], ['japaneast', machineType]);
  });

  test('by the newest of two certificates retires the other; by the only one it writes nothing', async () => {
    const machine = await createMachine();
    const first = await register(machine);
    const stored = async () => (await store.get(identityIdOf(machine.id)))?.version;
    const version = await stored();
    await registry().recordHeartbeats([beat(machine, { serial: first.serial })]);
    assert.equal(await stored(), version);
    now += 60 * day;
    const second = await registry().renew({ machineId: machine.id, csr: machine.csr, serial: first.serial });
    now -= 60 * day;
    await registry().recordHeartbeats([beat(machine, { serial: first.serial })]);
    assert.deepEqual(await machine.serials(), [first.serial, second.serial]);
    await registry().recordHeartbeats([beat(machine, { serial: second.serial })]);
    assert.deepEqual(await machine.serials(), [second.serial]);
  });

  test('is of who has the certificate by that name: nothing is recorded of who moved away, and its successor stays as it is', async () => {
    const identities: readonly (JsonObject | undefined)[] = [
      undefined,
      {},
      { machineId: 'm', publicKeyJwk: null },
      { certificates: [] },
      { certificates: [{ serial: 'cd', notAfter: 1 }] },
    ];
    for (const properties of identities) {
      const machine = await createMachine();
      const body = { properties: { machineId: machine.id, publicKeyJwk: { ...machine.jwk }, ...properties } };
      if (properties)
        await store.commit({
          puts: [{ id: identityIdOf(machine.id), type: identityType, body: body as JsonObject }],
        });
      await registry().recordHeartbeats([beat(machine, { agentVersion: '1.62.0' })]);
      assert.equal((await versions(machine))[1], '1.60.0', JSON.stringify(properties));
      assert.equal((await store.facts([heartbeatKey(machine.id)])).size, 0, JSON.stringify(properties));
    }
    const machine = await connected();
    await registry().recordHeartbeats([beat(machine)]);
    assert.equal((await store.facts([heartbeatKey(machine.id)])).size, 1);
  });

  test('of several: where one meets a faster writer, the others are written; a store that fails is heard', async () => {
    const [one, two] = [await connected(), await connected()];
    const late = rivalled(1);
    await late.registry.recordHeartbeats([
      beat(one, { agentVersion: '2' }),
      beat(two, { agentVersion: '2' }),
    ]);
    assert.deepEqual([(await versions(one))[1], (await versions(two))[1]], ['1.60.0', '2']);
    const broken = createMachineRegistry({
      store: { ...store, commit: () => Promise.reject(new Error('disk full')) },
      certificateAuthority: authority,
      now: () => now,
    });
    await assert.rejects(broken.recordHeartbeats([beat(one, { agentVersion: '3' })]), {
      message: 'disk full',
    });
  });

  test('of many that say something new: none waits for the commit of another', async () => {
    const machines = await Promise.all([connected(), connected(), connected()]);
    let open = () => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    let asked = 0;
    const together = createMachineRegistry({
      store: {
        ...store,
        commit: async (batch) => {
          asked += 1;
          if (asked === machines.length) open();
          await all;
          return store.commit(batch);
        },
      },
      certificateAuthority: authority,
      now: () => now,
    });
    const recorded = together.recordHeartbeats(
      machines.map((machine) => beat(machine, { agentVersion: '4' })),
    );
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    assert.equal(asked, machines.length);
    await recorded;
    for (const machine of machines) assert.equal((await versions(machine))[1], '4');
  });

  test('does not overwrite what was written since it was read', async () => {
    const machine = await connected();
    const slow = createMachineRegistry({
      store: {
        ...store,
        commit: async (batch) => {
          const { id, type, body } = (await store.get(machine.id))!;
          await store.commit({ puts: [{ id, type, body: { ...body, location: 'westeurope' } }] });
          return store.commit(batch);
        },
      },
      certificateAuthority: authority,
      now: () => now,
    });
    await slow.recordHeartbeats([beat(machine, { agentVersion: '2' })]);
    assert.deepEqual((await versions(machine))[1], '1.60.0');
    assert.equal((await store.get(machine.id))?.body.location, 'westeurope');
  });
});
