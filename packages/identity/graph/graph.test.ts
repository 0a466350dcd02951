import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readApplication } from '../applications.ts';
import { checkSecret } from '../credentials.ts';
import { directoryObjectClaim } from '../directory-object.ts';
import { makeClientCertificate } from '../identity.testkit.ts';
import {
  createServicePrincipal,
  newServicePrincipal,
  readServicePrincipal,
  signInPrincipal,
} from '../service-principals.ts';
import { createGraphWorld, type GraphWorld, now, operatorAppId, operatorId } from './graph.testkit.ts';

const byName = (id: string): string =>
  `/servicePrincipals?$filter=${encodeURIComponent(`servicePrincipalNames/any(c:c eq '${id}')`)}`;
const code = ({ status, json }: { status: number; json: { error?: { code?: string } } }): string =>
  `${status} ${json?.error?.code}`;

/** What `az ad sp create-for-rbac --name` sends, up to the role assignment. */
const createForRbac = async (world: GraphWorld, displayName: string) => {
  assert.deepEqual(
    (await world.get(`/servicePrincipals?$filter=${encodeURIComponent(`displayName eq '${displayName}'`)}`))
      .json.value,
    [],
  );
  const application = await world.post('/applications', { displayName, keyCredentials: [] });
  assert.equal(application.status, 201, JSON.stringify(application.json));
  const password = await world.post(`/applications/${application.json.id}/addPassword`, {
    passwordCredential: {
      displayName: 'rbac',
      startDateTime: '2026-05-01T12:00:00Z',
      endDateTime: '2027-05-01T12:00:00Z',
    },
  });
  assert.equal(password.status, 200, JSON.stringify(password.json));
  const principal = await world.post('/servicePrincipals', {
    appId: application.json.appId,
    accountEnabled: true,
  });
  assert.equal(principal.status, 201, JSON.stringify(principal.json));
  return { application: application.json, password: password.json, principal: principal.json };
};

/** As the token service reads it. */
const signsIn = async (world: GraphWorld, appId: string, secret: string): Promise<string> => {
  const [principal, application] = await Promise.all([
    world.store.get(`/tombolo/servicePrincipals/${appId}`),
    world.store.get(`/tombolo/applications/${appId}`),
  ]);
  const found = principal && readServicePrincipal(principal.body);
  if (!found) return 'unknown';
  const registered = application && readApplication(application.body);
  return checkSecret(signInPrincipal(found, registered), secret, now);
};

describe('an application and its service principal', () => {
  test('made as az makes them sign in with the secret that was told once, and are found by every name', async () => {
    const world = await createGraphWorld();
    const { application, password, principal } = await createForRbac(world, 'onboarding');
    assert.equal(await signsIn(world, application.appId, password.secretText), 'valid');
    assert.equal(password.hint, password.secretText.slice(0, 3));
    assert.equal(password.endDateTime, '2027-05-01T12:00:00.000Z');
    const shown = await world.get(`/applications/${application.id}`);
    assert.equal(shown.json.passwordCredentials[0].secretText, null);
    assert.equal(JSON.stringify(shown.json).includes(password.secretText), false);
    for (const path of [
      byName(application.appId),
      `/servicePrincipals?$filter=${encodeURIComponent(`appId eq '${application.appId}'`)}`,
      "/servicePrincipals?$filter=startswith(displayName,'ONB')",
      "/servicePrincipals?$filter=servicePrincipalType eq 'Application' and not(displayName eq 'Tombolo operator')",
    ]) {
      const found = (await world.get(path)).json.value;
      assert.deepEqual(
        found.map(({ id }: { id: string }) => id),
        [principal.id],
        path,
      );
    }
    for (const path of [
      `/servicePrincipals/${principal.id}`,
      `/servicePrincipals(appId='${application.appId}')`,
    ])
      assert.equal((await world.get(path)).json.servicePrincipalType, 'Application', path);
    assert.deepEqual((await world.get(byName('nobody'))).json.value, []);
    await world.close();
  });

  test('that is asked for with ten thousand unknown properties is refused in a few words', async () => {
    const world = await createGraphWorld();
    const names = Array.from({ length: 10_000 }, (_, index) => [`property${index}`, 1] as const);
    const refused = await world.post('/applications', { displayName: 'x', ...Object.fromEntries(names) });
    assert.equal(code(refused), '400 Request_BadRequest');
    assert.ok(refused.json.error.message.length < 1_000, String(refused.json.error.message.length));
    await world.close();
  });

  test('has a principal once, only for an application that is there, and carries its name', async () => {
    const world = await createGraphWorld();
    const { application, principal } = await createForRbac(world, 'one');
    const again = await world.post('/servicePrincipals', { appId: application.appId });
    assert.equal(code(again), '409 Request_MultipleObjectsWithSameKeyValue');
    const none = await world.post('/servicePrincipals', { appId: operatorId });
    assert.equal(code(none), '400 Request_BadRequest');
    assert.match(none.json.error.message, / does not reference a valid application object/);
    assert.equal((await world.patch(`/applications/${application.id}`, { displayName: 'two' })).status, 204);
    assert.equal((await world.get(`/servicePrincipals/${principal.id}`)).json.displayName, 'two');
    await world.close();
  });

  test('goes with the application; the principal alone leaves it; neither is found again', async () => {
    const world = await createGraphWorld();
    const { application, principal, password } = await createForRbac(world, 'gone');
    assert.equal((await world.remove(`/servicePrincipals/${principal.id}`)).status, 204);
    assert.equal(code(await world.get(`/servicePrincipals/${principal.id}`)), '404 Request_ResourceNotFound');
    assert.equal(await signsIn(world, application.appId, password.secretText), 'unknown');
    const anew = await world.post('/servicePrincipals', { appId: application.appId });
    assert.notEqual(anew.json.id, principal.id);
    assert.equal((await world.remove(`/applications/${application.id}`)).status, 204);
    for (const path of [`/servicePrincipals/${anew.json.id}`, `/applications/${application.id}`])
      assert.equal(code(await world.get(path)), '404 Request_ResourceNotFound', path);
    assert.equal(code(await world.remove(`/applications/${application.id}`)), '404 Request_ResourceNotFound');
    await world.close();
  });

  test('has identifier URIs of its own, which are names of its principal and free once given up', async () => {
    const world = await createGraphWorld();
    const { application, principal } = await createForRbac(world, 'uris');
    const named = await world.patch(`/applications/${application.id}`, { identifierUris: ['api://lamp'] });
    assert.equal(named.status, 204);
    assert.equal((await world.get(byName('api://LAMP'))).json.value[0].id, principal.id);
    const found = await world.get("/applications?$filter=identifierUris/any(s:s eq 'api://lamp')");
    assert.equal(found.json.value[0].id, application.id);
    const other = { displayName: 'other', identifierUris: ['API://lamp'] };
    assert.equal(
      code(await world.post('/applications', other)),
      '409 Request_MultipleObjectsWithSameKeyValue',
    );
    await world.patch(`/applications/${application.id}`, { identifierUris: [] });
    const taken = await world.post('/applications', other);
    assert.equal(taken.status, 201);
    assert.equal((await world.remove(`/applications/${taken.json.id}`)).status, 204);
    assert.equal((await world.post('/applications', other)).status, 201, 'free with its application');
    await world.close();
  });
});

describe('credentials', () => {
  test('az ad sp credential reset, list and delete: of the principal itself, beside those of its application', async () => {
    const world = await createGraphWorld();
    const { application, principal, password } = await createForRbac(world, 'reset');
    const path = `/servicePrincipals/${principal.id}`;
    const added = await world.post(`${path}/addPassword`, { passwordCredential: null });
    assert.equal(await signsIn(world, application.appId, added.json.secretText), 'valid');
    assert.equal(await signsIn(world, application.appId, password.secretText), 'valid');
    assert.equal((await world.get(path)).json.passwordCredentials.length, 1);
    assert.equal((await world.post(`${path}/removePassword`, { keyId: added.json.keyId })).status, 204);
    assert.equal(await signsIn(world, application.appId, added.json.secretText), 'wrong');
    const again = await world.post(`${path}/removePassword`, { keyId: added.json.keyId });
    assert.equal(code(again), '400 Request_BadRequest');
    const gone = { keyId: password.keyId };
    assert.equal((await world.post(`/applications/${application.id}/removePassword`, gone)).status, 204);
    assert.equal(await signsIn(world, application.appId, password.secretText), 'wrong');
    await world.close();
  });

  test('a password has a time that is over after it began', async () => {
    const world = await createGraphWorld();
    const { application } = await createForRbac(world, 'times');
    const add = (passwordCredential: { startDateTime?: string; endDateTime?: string }) =>
      world.post(`/applications/${application.id}/addPassword`, { passwordCredential });
    assert.equal((await add({})).json.endDateTime, '2028-04-30T12:00:00.000Z');
    for (const wrong of [
      { endDateTime: '2026-05-01T12:00:00Z' },
      { startDateTime: '2026-05-01T12:06:00Z' },
      { startDateTime: '2026-04-01T12:00:00Z', endDateTime: '2026-04-02T12:00:00Z' },
      { endDateTime: '2199-01-01T00:00:00Z' },
      { endDateTime: 'tomorrow' },
    ])
      assert.equal(code(await add(wrong)), '400 Request_BadRequest', JSON.stringify(wrong));
    assert.equal((await add({ startDateTime: '2026-05-01T12:04:59Z' })).status, 200);
    await world.close();
  });

  test('certificates are written as a list: new ones by their key, those that are there by their id', async () => {
    const world = await createGraphWorld();
    const [one, two] = [await makeClientCertificate(), await makeClientCertificate()];
    const keyOf = (pem: string): string => pem.replace(/-+[^-]+-+/g, '');
    const [first, second] = ['cccccccc-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000002'];
    const entry = (keyId: string, key: string | null) => ({
      '@odata.type': '#microsoft.graph.keyCredential',
      keyId,
      key,
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
      displayName: 'lamp',
      startDateTime: '2026-05-01T12:00:00Z',
      endDateTime: '2027-05-01T12:00:00Z',
    });
    const made = await world.post('/applications', {
      displayName: 'keys',
      keyCredentials: [entry(first, keyOf(one.pem))],
    });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const [shown] = made.json.keyCredentials;
    assert.equal(shown.key, null);
    assert.equal(shown.displayName, 'lamp');
    assert.match(shown.customKeyIdentifier, /^[0-9A-F]{40}$/);
    const path = `/applications/${made.json.id}`;
    const write = (...keyCredentials: ReturnType<typeof entry>[]) => world.patch(path, { keyCredentials });
    const ids = async (): Promise<string[]> =>
      (await world.get(path)).json.keyCredentials.map(({ keyId }: { keyId: string }) => keyId);
    assert.equal((await write(shown, entry(second, keyOf(two.pem)))).status, 204);
    assert.deepEqual(await ids(), [first, second]);
    assert.equal((await write(entry(second, null))).status, 204);
    assert.deepEqual(await ids(), [second]);
    assert.equal(code(await write(entry(first, null))), '400 Request_BadRequest');
    assert.equal(code(await write(entry(first, 'AAAA'))), '400 Request_BadRequest');
    assert.equal(code(await write({ ...entry(first, 'AAAA'), type: 'Symmetric' })), '501 NotImplemented');
    const signing = { ...entry(first, keyOf(one.pem)), usage: 'Sign' };
    assert.equal(
      code(await write(signing)),
      '501 NotImplemented',
      'a private key is nothing for a directory',
    );
    assert.equal((await write({ ...signing, usage: 'Verify' })).status, 204);
    // Who says neither means what there is.
    assert.equal((await world.patch(path, { keyCredentials: [{ key: keyOf(two.pem) }] })).status, 204);
    await world.close();
  });
});

test('names have nothing in them that nobody sees', async () => {
  const world = await createGraphWorld();
  const made = await world.post('/applications', { displayName: 'Lampe über Grün 灯' });
  const one = `/applications/${made.json.id}`;
  for (const [said, displayName] of [
    ['U+0000', 'lamp\u0000'],
    ['U+202E', 'lamp\u202epmal'],
    ['U+200B', 'la\u200bmp'],
  ] as const)
    for (const [method, path, body] of [
      ['POST', '/applications', { displayName }],
      ['PATCH', one, { displayName }],
      ['POST', `${one}/addPassword`, { passwordCredential: { displayName } }],
      ['PATCH', one, { keyCredentials: [{ displayName }] }],
    ] as const) {
      const refused = await world.send(method, `/v1.0${path}`, body);
      assert.equal(code(refused), '400 Request_BadRequest', `${method} ${path} ${said}`);
      assert.ok(refused.json.error.message.includes(said), refused.json.error.message);
    }
  assert.equal((await world.get(one)).json.displayName, 'Lampe über Grün 灯');
  await world.close();
});

describe('who may', () => {
  test('everybody who signed in reads; only who may assign roles at the tenant writes', async () => {
    const world = await createGraphWorld();
    const { application, principal } = await createForRbac(world, 'theirs');
    assert.equal((await world.get('/servicePrincipals', 'reader')).status, 200);
    const one = `/servicePrincipals/${principal.id}`;
    for (const [method, path, body] of [
      ['POST', '/applications', { displayName: 'x' }],
      ['PATCH', `/applications/${application.id}`, { displayName: 'x' }],
      ['POST', `/applications/${application.id}/addPassword`, {}],
      ['DELETE', `/applications/${application.id}`, undefined],
      ['POST', '/servicePrincipals', { appId: application.appId }],
      ['PATCH', one, { accountEnabled: false }],
      ['POST', `${one}/addPassword`, {}],
      ['POST', `${one}/removePassword`, { keyId: operatorId }],
      ['DELETE', one, undefined],
    ] as const)
      assert.equal(
        code(await world.send(method, `/v1.0${path}`, body, 'reader')),
        '403 Authorization_RequestDenied',
        `${method} ${path}`,
      );
    const refused = await world.get('/servicePrincipals', 'nobody');
    assert.equal(code(refused), '401 InvalidAuthenticationToken');
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
    await world.close();
  });

  test('the token of a principal that is disabled or deleted is over at once, here too', async () => {
    const world = await createGraphWorld();
    const { application, principal } = await createForRbac(world, 'leaving');
    const own = `${principal.id} ${application.appId}`;
    const mine = () => world.get('/servicePrincipals', own);
    assert.equal((await mine()).status, 200);
    const enable = (accountEnabled: boolean) =>
      world.send('PATCH', `/v1.0/servicePrincipals/${principal.id}`, { accountEnabled });
    await enable(true);
    assert.equal((await mine()).status, 200);
    await enable(false);
    const disabled = await mine();
    assert.equal(code(disabled), '401 InvalidAuthenticationToken');
    assert.match(String(disabled.headers['www-authenticate']), /error="insufficient_claims".*claims="/);
    await enable(true);
    assert.match((await mine()).json.error.message, /before the tokens of its principal were revoked/);
    const { principal: second, application: other } = await createForRbac(world, 'gone');
    const theirs = `${second.id} ${other.appId}`;
    assert.equal((await world.get('/servicePrincipals', theirs)).status, 200);
    await world.send('DELETE', `/v1.0/servicePrincipals/${second.id}`);
    assert.match((await world.get('/servicePrincipals', theirs)).json.error.message, /does not exist/);
    // A new principal of the same application is another one.
    await world.post('/servicePrincipals', { appId: other.appId });
    assert.equal(code(await world.get('/servicePrincipals', theirs)), '401 InvalidAuthenticationToken');
    await world.close();
  });

  test('what is refused is told for the activity log, with who asked, or that nobody is known', async () => {
    const world = await createGraphWorld();
    await world.send('POST', '/v1.0/applications', { displayName: 'not for you' }, 'reader');
    await world.send('POST', '/v1.0/applications', { displayName: 'nobody' }, 'nobody');
    const [line, unknown, ...others] = world.refusals;
    assert.deepEqual([unknown?.caller, unknown?.status], ['anonymous', 401]);
    assert.deepEqual(
      [line?.caller, line?.action, line?.resourceId, line?.status, line?.code],
      [
        'reader',
        'Microsoft.Graph/POST applications',
        '/v1.0/applications',
        403,
        'Authorization_RequestDenied',
      ],
    );
    assert.deepEqual(others, []);
    await world.close();
  });

  test('the operator’s own principal is neither deleted nor disabled, and others can be', async () => {
    const world = await createGraphWorld();
    const own = `/servicePrincipals(appId='${operatorAppId}')`;
    assert.equal(code(await world.remove(own)), '400 Request_BadRequest');
    assert.equal(code(await world.patch(own, { accountEnabled: false })), '400 Request_BadRequest');
    assert.equal((await world.patch(own, { accountEnabled: true })).status, 204);
    const { principal } = await createForRbac(world, 'other');
    assert.equal(
      (await world.patch(`/servicePrincipals/${principal.id}`, { accountEnabled: false })).status,
      204,
    );
    assert.equal((await world.get(`/servicePrincipals/${principal.id}`)).json.accountEnabled, false);
    await world.close();
  });

  test('what was written is in the activity log, and what was refused wrote nothing', async () => {
    const world = await createGraphWorld();
    await createForRbac(world, 'logged');
    const before = await world.store.head();
    await world.send('POST', '/v1.0/applications', { displayName: 'x' }, 'reader');
    assert.deepEqual(await world.store.head(), before);
    const lines = await world.store.audit({ limit: 10 });
    assert.deepEqual(
      lines.map(({ action, caller }) => [action, caller]),
      [
        ['Microsoft.Graph/POST servicePrincipals', operatorId],
        ['Microsoft.Graph/POST applications', operatorId],
        ['Microsoft.Graph/POST applications', operatorId],
      ],
    );
    await world.close();
  });
});

describe('reading', () => {
  test('directoryObjects/getByIds: what has one of the ids, by type, a machine’s identity too', async () => {
    const world = await createGraphWorld();
    const { application, principal } = await createForRbac(world, 'objects');
    const machine = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/lamp';
    const identity = 'dddddddd-0000-4000-8000-000000000001';
    await world.store.commit({
      puts: [
        {
          id: machine,
          type: 'Microsoft.HybridCompute/machines',
          body: { identity: { principalId: identity } },
        },
      ],
      claims: [directoryObjectClaim(identity, machine)],
    });
    const ids = [principal.id, application.id, identity, application.appId];
    const ask = async (types?: readonly string[]) =>
      (await world.post('/directoryObjects/getByIds', { ids, ...(types ? { types } : {}) })).json.value
        .map((found: Record<string, string>) => `${found['@odata.type']} ${found.displayName}`)
        .sort();
    const principals = [
      '#microsoft.graph.servicePrincipal lamp',
      '#microsoft.graph.servicePrincipal objects',
    ];
    assert.deepEqual(await ask(['user', 'group', 'servicePrincipal']), principals);
    assert.deepEqual(await ask(), ['#microsoft.graph.application objects', ...principals]);
    assert.equal(
      (await world.get(`/directoryObjects/${identity}`)).json.servicePrincipalType,
      'ManagedIdentity',
    );
    assert.equal(code(await world.post('/directoryObjects/getByIds', { ids: [] })), '400 Request_BadRequest');
    await world.close();
  });

  test('pages hold what is asked for, in order, and lead to all of it', async () => {
    const world = await createGraphWorld();
    for (let count = 0; count < 5; count += 1)
      await world.post('/applications', { displayName: `a${count}` });
    const seen: string[] = [];
    let next = "/applications?$filter=startswith(displayName,'a')&$top=2&$select=id,displayName&$count=true";
    for (let pages = 0; next !== ''; pages += 1) {
      const { json } = await world.get(next.replace(/^.*\/v1\.0/, ''));
      assert.equal(json['@odata.count'], 5);
      for (const found of json.value) {
        assert.deepEqual(Object.keys(found), ['id', 'displayName']);
        seen.push(found.displayName);
      }
      assert.ok(pages < 3);
      next = json['@odata.nextLink'] ?? '';
    }
    assert.deepEqual(seen, ['a0', 'a1', 'a2', 'a3', 'a4']);
    for (const [path, refusal] of [
      ['/applications?$top=0', '400 BadRequest'],
      ['/applications?$top=1000', '400 BadRequest'],
      ['/applications?$orderby=displayName', '400 Request_UnsupportedQuery'],
      ['/applications?$search="displayName:pier"', '400 Request_UnsupportedQuery'],
      ['/applications?$expand=owners', '400 Request_UnsupportedQuery'],
      ["/applications?$filter=colour eq 'red'", '400 Request_UnsupportedQuery'],
      ["/applications?$filter=endswith(displayName,'a')", '400 Request_UnsupportedQuery'],
      ["/applications?$filter=owners/any(o:o eq 'x')", '400 Request_UnsupportedQuery'],
      ["/applications?$filter=tags/any(o:colour eq 'x')", '400 Request_UnsupportedQuery'],
      ['/applications?$filter=displayName', '400 BadRequest'],
    ])
      assert.equal(code(await world.get(path!)), refusal, path);
    await world.close();
  });

  test('a request reads what its page shows, and of a thousand others none that the filter does not mean', async () => {
    const world = await createGraphWorld();
    const guid = (count: number): string => `cccccccc-0000-4000-8000-${String(count).padStart(12, '0')}`;
    const several = Array.from({ length: 1_500 }, (_, count) => ({
      ...{ appId: guid(count), objectId: guid(10_000 + count), displayName: `p${count}` },
    }));
    for (const each of several) {
      const { puts, claims } = newServicePrincipal(createServicePrincipal(each));
      await world.store.commit({ puts, claims });
    }
    const { application, principal } = await createForRbac(world, 'wanted');
    await world.get('/me');
    const reads = async (path: string) => {
      world.take();
      const { json } = await world.get(path);
      return { json, documents: world.take().documents };
    };
    // The caller's own standing is known by now.
    for (const filter of [
      `appId eq '${principal.appId}'`,
      `id eq '${principal.id}' and accountEnabled eq true`,
      `servicePrincipalNames/any(n:n eq '${application.appId}')`,
    ]) {
      const { json, documents } = await reads(`/servicePrincipals?$filter=${encodeURIComponent(filter)}`);
      assert.deepEqual(
        json.value.map(({ id }: { id: string }) => id),
        [principal.id],
        filter,
      );
      assert.ok(documents <= 2, `${filter}: ${documents}`);
    }
    const page = await reads('/servicePrincipals?$top=10');
    assert.deepEqual([page.json.value.length, page.documents <= 13], [10, true]);
    const names: string[] = [];
    for (let next = "/servicePrincipals?$filter=startswith(displayName,'p14')"; next !== ''; ) {
      const { json, documents } = await reads(next.replace(/^.*\/v1\.0/, ''));
      assert.ok(documents <= 1_001, `${next}: ${documents}`);
      names.push(...json.value.map(({ displayName }: { displayName: string }) => displayName));
      next = json['@odata.nextLink'] ?? '';
    }
    assert.equal(new Set(names).size, 111);
    const own = {
      type: 'Microsoft.Authorization/roleAssignments',
      body: {
        properties: {
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635`,
          principalId: several[0]!.objectId,
          scope: '/',
        },
      },
    };
    const assignments = [1, 2].map((count) => ({ id: `/providers/${own.type}/${guid(count)}`, ...own }));
    await world.store.commit({ puts: assignments });
    world.take();
    assert.equal(
      (await world.patch(`/servicePrincipals/${principal.id}`, { accountEnabled: false })).status,
      204,
    );
    // What authorization learns of the assignments, those at '/', their one principal, and the changed one with its application.
    assert.ok(world.take().documents <= 8);
    await world.close();
  });

  test('there are no people and no groups; what is not here is said in Graph’s form', async () => {
    const world = await createGraphWorld();
    const me = await world.get('/me');
    assert.equal(code(me), '400 BadRequest');
    assert.match(me.json.error.message, /only valid with delegated authentication flow/);
    assert.equal(me.json.error.innerError.date, '2026-05-01T12:00:00');
    assert.equal(me.json.error.innerError['request-id'], me.headers['request-id']);
    for (const path of ["/users?$filter=userPrincipalName eq 'a@b'", "/groups?$filter=displayName eq 'x'"])
      assert.deepEqual((await world.get(path)).json.value, [], path);
    for (const [method, path, refusal] of [
      ['GET', '/users/a@b', '404 Request_ResourceNotFound'],
      ['POST', '/users', '501 NotImplemented'],
      ['GET', '/applications/x/owners', '501 NotImplemented'],
      ['POST', '/applications/x/addKey', '501 NotImplemented'],
      ['PUT', '/applications', '501 NotImplemented'],
      ['GET', '/lamps', '400 BadRequest'],
      ['GET', '/organization', '400 BadRequest'],
      ['POST', '/$batch', '400 BadRequest'],
      ['GET', '/__proto__', '400 BadRequest'],
    ] as const)
      assert.equal(code(await world.send(method, `/v1.0${path}`)), refusal, path);
    const web = await world.post('/applications', { displayName: 'x', web: { redirectUris: ['https://x'] } });
    assert.equal(code(web), '501 NotImplemented');
    assert.equal(
      (await world.post('/applications', { displayName: 'x', web: { redirectUris: [] } })).status,
      201,
    );
    const odd = await world.post('/applications', { displayName: 'x', colour: 'red' });
    assert.equal(code(odd), '400 Request_BadRequest');
    assert.match(odd.json.error.message, /colour/);
    assert.deepEqual(world.failures, []);
    await world.close();
  });
});
