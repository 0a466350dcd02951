/** What a new installation has before anyone asks: tenant and subscription, authority, keys, the first principal. */

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addSecret,
  authorityBody,
  authorityId,
  authorityType,
  bringAuthority,
  type CertificateAuthority,
  createAuthority,
  createServicePrincipal,
  createSigningKeys,
  loadAuthority,
  newServicePrincipal,
  readServicePrincipal,
  type ServicePrincipal,
  servicePrincipalBody,
  servicePrincipalId,
  servicePrincipalType,
  signingKeysBody,
  signingKeysId,
  signingKeysType,
} from '@tombolo/identity';
import { subscriptionDocument } from '@tombolo/providers';
import type { Store } from '@tombolo/store';
import type { Configuration } from '../../installation/configuration.ts';
import type { Installation } from '../../installation/installation.ts';
import { type StateDirectory, writePrivateFile } from '../../installation/state-directory.ts';
import { installationDocument } from './installation-document.ts';

/** As long as the authority: a restore or `tombolo principal` makes a new one any time. */
const secretLifetimeMs = 10 * 365 * 86_400_000;
const ownerRole = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

const roleAssignmentType = 'Microsoft.Authorization/roleAssignments';

/** One commit makes an empty store an installation; a store that is one already is left as it is. */
export const seedInstallation = async (
  store: Store,
  installation: Installation,
  configuration: Configuration,
  state: StateDirectory,
  now: number,
): Promise<void> => {
  if ((await store.get(installationDocument.id)) === undefined) {
    const { principal, secretText, objectId } = firstPrincipal(installation, now);
    const authority = await makeAuthority(configuration, now);
    const made = newServicePrincipal(principal);
    await store.commit({
      expect: [{ id: installationDocument.id, version: 'absent' }, ...made.expect],
      claims: made.claims,
      puts: [
        { ...installationDocument, body: { ...installation } },
        { id: authorityId, type: authorityType, body: authorityBody(authority) },
        { id: signingKeysId, type: signingKeysType, body: signingKeysBody(await createSigningKeys(now)) },
        ...made.puts,
        subscriptionDocument({
          subscriptionId: installation.subscriptionId,
          tenantId: installation.tenantId,
          displayName: 'Tombolo',
        }),
        ownerAssignment(objectId),
      ],
    });
    writeCredentials(state, installation, secretText);
  }
  await ensureCredentials(store, installation, state, now);
};

const firstPrincipal = (installation: Installation, now: number) => {
  const objectId = randomUUID();
  const created = createServicePrincipal({
    appId: installation.clientId,
    objectId,
    displayName: 'Tombolo operator',
    createdDateTime: new Date(now).toISOString(),
  });
  const { holder, secretText } = withSecret(created, now);
  return { principal: holder, secretText, objectId };
};

const withSecret = (principal: ServicePrincipal, now: number) =>
  addSecret(principal, {
    random: randomBytes(32),
    salt: randomBytes(16),
    keyId: randomUUID(),
    now,
    endTime: now + secretLifetimeMs,
    displayName: 'operator',
  });

const makeAuthority = (configuration: Configuration, now: number): Promise<CertificateAuthority> => {
  const brought = configuration.certificateAuthority;
  if (!brought) return createAuthority({ name: 'Tombolo installation authority', now });
  return bringAuthority({
    privateKey: readFileSync(brought.keyFile, 'utf8'),
    chain: readFileSync(brought.chainFile, 'utf8'),
    now,
  });
};

const ownerAssignment = (objectId: string) => {
  const name = randomUUID();
  return {
    id: `/providers/${roleAssignmentType}/${name}`,
    type: roleAssignmentType,
    body: {
      properties: {
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ownerRole}`,
        principalId: objectId,
        principalType: 'ServicePrincipal',
        scope: '/',
      },
    },
  };
};

export const writeCredentials = (
  state: StateDirectory,
  installation: Installation,
  clientSecret: string,
): void => {
  const { tenantId, subscriptionId, clientId } = installation;
  writePrivateFile(
    state.file('credentials.json'),
    `${JSON.stringify({ tenantId, subscriptionId, clientId, clientSecret }, null, 2)}\n`,
  );
};

/** After a restore the secret's text is not known: the operator gets a new one. */
const ensureCredentials = async (
  store: Store,
  installation: Installation,
  state: StateDirectory,
  now: number,
): Promise<void> => {
  if (existsSync(state.file('credentials.json'))) return;
  const id = servicePrincipalId(installation.clientId);
  const document = await store.get(id);
  const principal = document && readServicePrincipal(document.body);
  if (!document || !principal) throw new Error('the store has no operator principal; restore a backup');
  const added = withSecret(principal, now);
  await store.commit({
    expect: [{ id, version: document.version }],
    puts: [{ id, type: servicePrincipalType, body: servicePrincipalBody(added.holder) }],
  });
  writeCredentials(state, installation, added.secretText);
};

/** The installation's authority; its anchor goes to `ca.pem` for clients. */
export const openAuthority = async (store: Store, state: StateDirectory): Promise<CertificateAuthority> => {
  const document = await store.get(authorityId);
  if (!document) throw new Error('the store has no certificate authority; restore a backup');
  const authority = await loadAuthority(document.body);
  writePrivateFile(join(state.path, 'ca.pem'), `${authority.chain.map((pem) => pem.trim()).join('\n')}\n`);
  return authority;
};
