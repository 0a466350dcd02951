/** Microsoft Graph as az asks it: an application id becomes a principal, a new principal signs in and has what it was given. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const subscription = `/subscriptions/${world.subscriptionId}`;
const reader = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;

/** With a token for what the metadata document names as Microsoft Graph. */
const { token } = (await world.credential.getToken(`${world.origin}//.default`))!;
const graph = (method: string, path: string, body?: unknown) =>
  world.send({
    method,
    path: `/v1.0${path}`,
    token,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const assign = (scope: string, properties: Readonly<Record<string, string>>) =>
  world.send({
    method: 'PUT',
    path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`,
    body: JSON.stringify({ properties: { roleDefinitionId: reader, ...properties } }),
  });

describe('Microsoft Graph', () => {
  test('az role assignment create --assignee APPID: the application id finds the principal, which then has the role', async () => {
    const made = await world.createPrincipal('assignee');
    const group = `${subscription}/resourceGroups/${await world.createGroup()}`;
    const wrong = await assign(group, { principalId: made.appId });
    assert.equal(`${wrong.status} ${wrong.json.error?.code}`, '400 PrincipalNotFound');
    // Encoded as az does.
    const found = await graph(
      'GET',
      `/servicePrincipals?$filter=servicePrincipalNames%2Fany%28c%3Ac%20eq%20%27${made.appId}%27%29`,
    );
    assert.equal(found.status, 200, found.text);
    const [{ id, servicePrincipalType } = {} as never] = found.json.value as readonly Record<
      string,
      string
    >[];
    assert.deepEqual([id, servicePrincipalType], [made.objectId, 'Application']);
    assert.equal((await assign(group, { principalId: id!, principalType: 'ServicePrincipal' })).status, 201);
    const theirs = await world.signIn(made.appId, made.clientSecret!).getToken(`${world.origin}/.default`);
    const seen = await world.send({ path: `${group}?api-version=2021-04-01`, token: theirs!.token });
    assert.equal(seen.status, 200, seen.text);
    const names = await graph('POST', '/directoryObjects/getByIds', {
      ids: [id],
      types: ['servicePrincipal'],
    });
    assert.equal((names.json.value as readonly Record<string, string>[])[0]?.displayName, 'assignee');
  });

  test('az ad sp create-for-rbac: what it makes signs in, and no longer once it is deleted', async () => {
    const application = (await graph('POST', '/applications', { displayName: 'rbac' })).json;
    const password = await graph('POST', `/applications/${application.id}/addPassword`, {
      passwordCredential: { displayName: 'rbac' },
    });
    const secret = String(password.json.secretText);
    const appId = String(application.appId);
    const signIn = () =>
      world
        .signIn(appId, secret)
        .getToken('https://graph.microsoft.com/.default')
        .then(Boolean, () => false);
    assert.equal(await signIn(), false, 'an application alone is nobody');
    const principal = await graph('POST', '/servicePrincipals', { appId, accountEnabled: true });
    assert.equal(principal.status, 201, principal.text);
    assert.equal(await signIn(), true);
    assert.equal((await assign(subscription, { principalId: principal.json.id! })).status, 201);
    assert.equal((await graph('DELETE', `/servicePrincipals/${principal.json.id}`)).status, 204);
    assert.equal(await signIn(), false);
  });

  test('a token for one of the two is none for the other, and his.arc has tokens of its own', async () => {
    const forGraph = (await world.credential.getToken('https://graph.microsoft.com/.default'))!.token;
    assert.equal((await world.send({ path: '/v1.0/servicePrincipals', token: forGraph })).status, 200);
    const refused = await world.send({ path: '/subscriptions?api-version=2022-12-01', token: forGraph });
    assert.equal(refused.json.error?.code, 'InvalidAuthenticationTokenAudience');
    const forArm = (await world.credential.getToken('https://management.azure.com/.default'))!.token;
    const other = await world.send({ path: '/v1.0/servicePrincipals', token: forArm });
    assert.equal(`${other.status} ${other.json.error?.code}`, '401 InvalidAuthenticationToken');
    assert.ok(await world.credential.getToken('https://his.arc.azure.com/.default'));
    const none = await world.send({ path: '/v1.0/me', token: null });
    assert.equal(none.json.error?.code, 'InvalidAuthenticationToken');
  });
});
