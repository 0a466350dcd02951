/** What azurerm asks each time that it starts, and its data sources: the cloud, two tokens, registrations, lists. */

import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { lacking, Unaccepted } from '../answers.ts';
import { headerOf, type Wire, type WireAnswer } from '../wire.ts';
import { families } from './families.ts';
import type { Session } from './session.ts';

export interface Credentials {
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const need = (answer: WireAnswer, what: string, fields: readonly string[]): JsonObject => {
  const missing = lacking(answer.json, fields);
  if (answer.status !== 200 || missing.length > 0)
    throw new Unaccepted(
      `${what}: ${answer.status}, without ${missing.join(', ') || 'nothing'}: ${answer.text.slice(0, 300)}`,
    );
  return answer.json;
};

/** Where the provider takes the cloud for Azure, and which address of its own it signs in at. */
const discover = async (wire: Wire): Promise<string> => {
  const answer = await wire.send({
    method: 'GET',
    path: '/metadata/endpoints?api-version=2022-09-01',
    headers: { 'User-Agent': 'Go-http-client/1.1', 'Accept-Encoding': 'gzip' },
  });
  const json = need(answer, 'the discovery document', [
    'name',
    'resourceManager',
    'microsoftGraphResourceId',
    'authentication.loginEndpoint',
    'authentication.identityProvider',
    'authentication.tenant',
  ]);
  const { identityProvider, tenant, loginEndpoint } = json.authentication as Record<string, string>;
  if (identityProvider?.toUpperCase() !== 'AAD' || tenant?.toLowerCase() !== 'common')
    throw new Unaccepted(`azurerm takes ${identityProvider} and tenant ${tenant} for Azure Stack, and ends`);
  if (json.name === 'AzureStackCloud') throw new Unaccepted('azurerm does not start in AzureStackCloud');
  return loginEndpoint!;
};

/** A login endpoint that ends in a slash gives a path that begins with two. */
export const start = async (wire: Wire, { tenant, clientId, clientSecret }: Credentials): Promise<string> => {
  const login = await discover(wire);
  const { pathname, origin } = new URL(login);
  if (origin !== wire.origin) throw new Unaccepted(`the sign-in leads elsewhere: ${login}`);
  const before = login.endsWith('/') ? pathname : '';
  const form = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'client_credentials',
    scope: `${wire.origin}/.default`,
  }).toString();
  let token = '';
  for (const _ of ['Resource Manager', 'again']) {
    const answer = await wire.send({
      method: 'POST',
      path: `${before}/${tenant}/oauth2/v2.0/token`,
      headers: {
        'User-Agent': 'Go-http-client/1.1',
        'Accept-Encoding': 'gzip',
        Accept: 'application/json',
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: form,
    });
    token = String(need(answer, 'the token', ['access_token', 'expires_in', 'token_type']).access_token);
  }
  return token;
};

const itemsOf = (json: JsonObject, name: string): readonly JsonObject[] => {
  const items = json[name];
  return Array.isArray(items) ? (items as readonly Json[]).filter(isObject) : [];
};

/** `resource_provider_registrations`: the list, and a registration that is asked for until it is one. */
export const register = async (session: Session, namespace: string): Promise<void> => {
  const family = families.providers;
  const path = `${session.subscription}/providers`;
  const list = await session.expect({ method: 'GET', family, path }, [200]);
  need(list, path, ['value[].namespace', 'value[].registrationState']);
  if (!itemsOf(list.json, 'value').some((item) => item.namespace === namespace))
    throw new Unaccepted(`azurerm passes ${namespace} over: it is not in the list`);
  const body = {};
  await session.expect({ method: 'POST', family, path: `${path}/${namespace}/register`, body }, [200]);
  const one = await session.expect({ method: 'GET', family, path: `${path}/${namespace}` }, [200]);
  if (one.json.registrationState !== 'Registered')
    throw new Unaccepted(`azurerm waits for Registered, not ${String(one.json.registrationState)}`);
};

/** The subscription, service tags of a region, what a group holds, page after page. */
export const readDataSources = async (session: Session, wire: Wire, token: string, group: string) => {
  const { subscription } = session;
  const about = await session.expect(
    { method: 'GET', family: families.subscriptions, path: subscription },
    [200],
  );
  need(about, subscription, ['id', 'subscriptionId', 'tenantId', 'displayName', 'state']);
  const tags = `${subscription}/providers/Microsoft.Network/locations/japaneast/serviceTags`;
  const found = await session.expect({ method: 'GET', family: families.serviceTags, path: tags }, [200]);
  need(found, tags, [
    'values[].name',
    'values[].properties.systemService',
    'values[].properties.addressPrefixes',
  ]);
  const resources: JsonObject[] = [];
  let next: string | undefined = `${subscription}/resourceGroups/${group}/resources?api-version=2020-06-01`;
  while (next !== undefined) {
    const answer: WireAnswer = await wire.send({
      method: 'GET',
      path: next,
      headers: {
        'User-Agent': 'go-autorest resources/2020-06-01',
        'Accept-Encoding': 'gzip',
        Authorization: `Bearer ${token}`,
      },
    });
    const json = need(answer, next, ['value[].id', 'value[].name', 'value[].type', 'value[].location']);
    if (!/^application\/json\b/.test(headerOf(answer, 'content-type') ?? ''))
      throw new Unaccepted(`${next} is no JSON`);
    resources.push(...itemsOf(json, 'value'));
    const { nextLink } = json;
    next = typeof nextLink === 'string' ? nextLink.slice(wire.origin.length) : undefined;
  }
  return resources;
};
