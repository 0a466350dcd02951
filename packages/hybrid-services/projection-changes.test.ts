/** What changes do to what requests are decided by, with a projection of everything from nothing as the oracle. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Change, Document, JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import { exportJWK } from 'jose';
import {
  createHybridProjection,
  type HybridProjection,
  hybridFollowedTypes,
  identityIdOf,
} from './projection.ts';

const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute';
const [scopeType, connectionType, machineType, identityType, tokenKeyType] = hybridFollowedTypes as readonly [
  string,
  string,
  string,
  string,
  string,
];
const names = ['one', 'two', 'three'] as const;
const machineId = (name: string): string => `${group}/machines/${name}`;
let jwk: JsonObject = {};
before(async () => {
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
  ]);
  jwk = (await exportJWK(publicKey)) as JsonObject;
});

const documentOf = (id: string, type: string, properties: JsonObject, more: JsonObject = {}): Document => ({
  id,
  type,
  version: 1,
  body: { ...more, properties },
});
const name = fc.constantFrom(...names);
/** Serials and link identifiers belong to one name each: the store's claims see to it. */
const numberOf = (of: string): number => (names as readonly string[]).indexOf(of) + 1;

const next: fc.Arbitrary<() => Document> = fc.oneof(
  fc.tuple(name, fc.constantFrom('Enabled', 'Disabled')).map(
    ([of, publicNetworkAccess]) =>
      () =>
        documentOf(`${group}/privateLinkScopes/${of}`, scopeType, { publicNetworkAccess }),
  ),
  fc.tuple(name, fc.constantFrom('Approved', 'Rejected'), fc.nat(1)).map(
    ([of, status, more]) =>
      () =>
        documentOf(`${group}/privateLinkScopes/s/privateEndpointConnections/${of}`, connectionType, {
          linkIdentifier: numberOf(of) * 10 + more,
          privateLinkServiceConnectionState: { status },
        }),
  ),
  fc.tuple(name, fc.nat(3)).map(
    ([of, version]) =>
      () =>
        documentOf(machineId(of), machineType, { agentVersion: `1.${version}` }),
  ),
  fc.tuple(name, fc.subarray([0, 1, 2]), fc.boolean(), fc.boolean()).map(
    ([of, serials, moved, broken]) =>
      () =>
        documentOf(
          identityIdOf(machineId(of)),
          identityType,
          {
            machineId: machineId(of),
            ...(broken ? {} : { publicKeyJwk: jwk }),
            certificates: serials.map((serial) => ({ serial: `${numberOf(of)}${serial}`, notAfter: serial })),
          },
          moved ? { formerIds: [identityIdOf(machineId(`former-${of}`))] } : {},
        ),
  ),
  fc.tuple(name, fc.nat(2)).map(
    ([of, createdAt]) =>
      () =>
        documentOf(`/tokenKeys/${of}`, tokenKeyType, { kid: of, createdAt, privateKeyJwk: {} }),
  ),
);

/** Everything that a request can ask. */
const answers = (projection: HybridProjection) => {
  const machine = (id: string) => {
    const found = projection.machine(id);
    return found && { ...found, keyThumbprint: found.keyThumbprint };
  };
  const numbers = names.flatMap((of) => [0, 1, 2].map((more) => numberOf(of) * 10 + more));
  return {
    scopes: names.map((of) => projection.scope(`${group}/privateLinkScopes/${of}`)),
    connections: numbers.map((link) => projection.connection(link)),
    machines: names.map((of) => machine(machineId(of).toUpperCase())),
    identities: names
      .flatMap((of) => [machineId(of), machineId(`former-${of}`)])
      .map((id) => projection.identity(id)),
    bySerial: numbers.map((serial) => projection.identityBySerial(`${serial}`)),
    tokenKeys: projection.tokenKeys(),
  };
};

test('after any changes every question has the answer that the documents give from nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.oneof({ weight: 3, arbitrary: next }, fc.nat(100)), { maxLength: 5 }), {
        maxLength: 12,
      }),
      (rounds) => {
        const projection = createHybridProjection();
        const documents = new Map<string, Document>();
        let feed = 0;
        for (const steps of rounds) {
          const changes = steps.flatMap((step): readonly Change[] => {
            feed += 1;
            if (typeof step === 'number') {
              const gone = [...documents.values()][step % Math.max(1, documents.size)];
              if (gone === undefined) return [];
              documents.delete(gone.id.toLowerCase());
              return [{ feed, id: gone.id, type: gone.type }];
            }
            const document = step();
            documents.set(document.id.toLowerCase(), document);
            return [{ feed, id: document.id, type: document.type, document }];
          });
          projection.apply(changes);
          const oracle = createHybridProjection();
          oracle.replace(documents.values());
          assert.deepEqual(answers(projection), answers(oracle));
        }
      },
    ),
    { seed: 20_261_127, numRuns: 400 },
  );
});
