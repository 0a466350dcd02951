/** Client certificates as machines send them: over TLS to the public listener, each wrong in one thing. */

import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Forgery } from '@tombolo/identity/certificate.testkit';
import { forgeLeaf } from '@tombolo/identity/certificate.testkit';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { ExtendedKeyUsage, Extension, PemConverter } from '@tombolo/identity/x509';
import type { JsonObject } from '@tombolo/store/port';
import { createMachine } from './machine.testkit.ts';
import { identityIdOf, identityType } from './projection.ts';
import { unauthenticated } from './proofs.testkit.ts';
import type { World } from './world.testkit.ts';
import { machineId, openWorld } from './world.testkit.ts';

const day = 86_400_000;
type Machine = Awaited<ReturnType<typeof createMachine>>;

let world: World;
let machine: Machine;
let stranger: Machine;
before(async () => {
  world = await openWorld();
  machine = await createMachine(world, 'by-certificate');
  stranger = await createMachine(world, 'stranger');
  await machine.connect();
  await stranger.connect();
});
after(() => world.close());

const keyOf = async (by: Machine): Promise<string> =>
  PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', by.keys.privateKey),
    PemConverter.PrivateKeyTag,
  );
const present = async (cert: string, by: Machine) =>
  machine.heartbeat(undefined, { headers: {}, tls: { key: await keyOf(by), cert } });
/** The registered machine's serial number and key, so that only the forgery can be what is refused. */
const forge = async (forgery: Partial<Forgery>, authority = world.authority): Promise<string> =>
  (
    await forgeLeaf(authority, {
      publicKey: machine.keys.publicKey,
      machineId: machine.id,
      serialNumber: machine.serial(),
      now: world.now(),
      ...forgery,
    })
  ).toString('pem');

const refusedFor = (why: string) => unauthenticated(`the client certificate is refused: ${why}`)[2];

describe('a client certificate in place of a token', () => {
  test('is taken as it was issued', async () => {
    assert.equal((await present(machine.certificate(), machine)).status, 200);
    assert.equal(
      (await present(await forge({}), machine)).status,
      200,
      'and what the table below starts from',
    );
  });

  test('is taken after a move as it was issued before it, and under a name that was never the machine’s it is not', async () => {
    const mover = await createMachine(world, 'mover');
    await mover.connect();
    const former = mover.certificate();
    const tls = async () => ({ headers: {}, tls: { key: await keyOf(mover), cert: former } });
    const to = machineId('mover').replace(/resourceGroups\/[^/]+/, 'resourceGroups/elsewhere');
    const move = async (formerIds: readonly string[]) => {
      const found = await world.store.getMany([mover.id, to].flatMap((id) => [id, identityIdOf(id)]));
      const of = (type: string) => [...found.values()].find((document) => document.type === type)!;
      const machineType = 'Microsoft.HybridCompute/machines';
      const identity = of(identityType);
      const properties = { ...(identity.body.properties as JsonObject), machineId: to };
      await world.store.commit({
        deletes: [...found.values()]
          .map(({ id }) => id)
          .filter((id) => id === mover.id || id === identityIdOf(mover.id)),
        puts: [
          { id: to, type: machineType, body: of(machineType).body },
          {
            ...{ id: identityIdOf(to), type: identity.type },
            body: { ...identity.body, properties, formerIds: [...formerIds] },
          },
        ],
      });
      await world.settled();
    };
    await move([identityIdOf(mover.id)]);
    const answer = await mover.heartbeat(undefined, await tls());
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    await move([identityIdOf(machineId('somebody'))]);
    const refused = await mover.heartbeat(undefined, await tls());
    assert.equal(refused.status, 401);
    assert.match(refused.body.error.message, /is of another machine than/);
  });

  const table: readonly (readonly [string, () => Partial<Forgery>, string])[] = [
    [
      'one for servers',
      () => ({ usages: [ExtendedKeyUsage.serverAuth] }),
      'it is no certificate of a machine for client authentication',
    ],
    [
      'one without a purpose',
      () => ({ usages: [] }),
      'it is no certificate of a machine for client authentication',
    ],
    [
      'an authority',
      () => ({ authority: true }),
      'it is no certificate of a machine for client authentication',
    ],
    [
      'one that names no machine',
      () => ({ uris: [] }),
      'it is no certificate of a machine for client authentication',
    ],
    [
      'one that names another machine',
      () => ({ machineId: machineId('stranger') }),
      `its serial is of another machine than the '${machineId('stranger')}' that it names`,
    ],
    ['one that has expired', () => ({ notAfter: world.now() - 2_000 }), 'it has expired'],
    [
      'one that is not valid yet',
      () => ({ notBefore: world.now() + 600_000 }),
      'it is not valid yet; the clock of the machine or of this service is wrong',
    ],
    [
      'a serial that is not registered',
      () => ({ serialNumber: '5ca1ab1e' }),
      'its serial is unknown or revoked',
    ],
    [
      'one that is too long',
      () => ({ more: [new Extension('1.3.6.1.4.1.99999.1', false, new Uint8Array(33_000))] }),
      'it cannot be read',
    ],
  ];
  for (const [what, forgery, reason] of table) {
    test(`${what} is refused`, async () => {
      const answer = await present(await forge(forgery()), machine);
      assert.equal(answer.status, 401);
      assert.equal(answer.body.error.message, refusedFor(reason));
    });
  }

  test("another machine's key under this machine's name and serial is refused", async () => {
    const answer = await present(await forge({ publicKey: stranger.keys.publicKey }), stranger);
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error.message, refusedFor("its key is not the machine's"));
  });

  test('a key that no machine can have is refused', async () => {
    const p384 = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
      'sign',
      'verify',
    ]);
    const cert = await forge({ publicKey: p384.publicKey });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', p384.privateKey);
    const key = PemConverter.encode(pkcs8, PemConverter.PrivateKeyTag);
    const answer = await machine.heartbeat(undefined, { headers: {}, tls: { key, cert } });
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error.message, refusedFor("its key is not the machine's"));
  });

  test('an authority of the same name is not the authority', async () => {
    const twin = await createAuthority({ name: 'test authority', now: world.now() });
    const answer = await present(await forge({}, twin), machine);
    assert.equal(answer.status, 401);
    assert.equal(answer.body.error.message, refusedFor("it is not of this installation's authority"));
  });

  test('one that outlives its issuer ends with it', async () => {
    const own = await openWorld();
    try {
      const aged = await createMachine(own, 'aged');
      await aged.connect();
      const cert = (
        await forgeLeaf(own.authority, {
          publicKey: aged.keys.publicKey,
          machineId: aged.id,
          serialNumber: aged.serial(),
          now: own.now(),
          notAfter: own.now() + 9_000 * day,
        })
      ).toString('pem');
      own.moveClock(4_000 * day);
      const answer = await aged.heartbeat(undefined, { headers: {}, tls: { key: await keyOf(aged), cert } });
      assert.equal(answer.status, 401);
      assert.equal(
        answer.body.error.message,
        refusedFor('the authority that issued it is not valid at this time'),
      );
    } finally {
      await own.close();
    }
  });
});
