/** `az cloud register` and `az login`: the discovery document, the authority's, a token by MSAL, the subscriptions. */

import { lacking, Unaccepted } from '../answers.ts';
import type { Wire, WireAnswer } from '../wire.ts';

export interface Login {
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const need = (answer: WireAnswer, what: string, fields: readonly string[]): WireAnswer => {
  const missing = lacking(answer.json, fields);
  if (answer.status !== 200 || missing.length > 0)
    throw new Unaccepted(
      `${what}: ${answer.status}, without ${missing.join(', ')}: ${answer.text.slice(0, 300)}`,
    );
  return answer;
};

/** The token of Resource Manager. */
export const login = async (wire: Wire, { tenant, clientId, clientSecret }: Login): Promise<string> => {
  const encoding = { 'Accept-Encoding': 'gzip, deflate' };
  const requests = { ...encoding, 'User-Agent': 'python-requests/2.32.3', Accept: '*/*' };
  const cloud = await wire.send({
    method: 'GET',
    path: '/metadata/endpoints?api-version=2022-09-01',
    headers: { ...encoding, 'User-Agent': 'python-requests/2.32.3', Accept: '*/*' },
  });
  need(cloud, 'az cloud register', [
    'name',
    'resourceManager',
    'authentication.loginEndpoint',
    'authentication.audiences',
    'microsoftGraphResourceId',
  ]);
  const authority = await wire.send({
    method: 'GET',
    path: `/${tenant}/v2.0/.well-known/openid-configuration`,
    headers: requests,
  });
  need(authority, 'the authority', ['token_endpoint', 'authorization_endpoint', 'issuer']);
  // Its resource ends in a slash, and so the scope has two.
  const form = new URLSearchParams({
    client_id: clientId,
    grant_type: 'client_credentials',
    client_info: '1',
    client_secret: clientSecret,
    claims: '{"access_token": {"xms_cc": {"values": ["CP1"]}}}',
    scope: `${wire.origin}//.default`,
  }).toString();
  const { pathname } = new URL(String(authority.json.token_endpoint));
  const answer = await wire.send({
    method: 'POST',
    path: pathname,
    headers: {
      ...encoding,
      'User-Agent': 'python-requests/2.32.3',
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
      'x-client-sku': 'MSAL.Python',
      'x-client-ver': '1.32.3',
      'x-client-os': 'linux',
      'x-ms-lib-capability': 'retry-after, h429',
      'x-client-current-telemetry': '4|730,2|',
      'x-client-last-telemetry': '4|0|||',
    },
    body: form,
  });
  const token = String(
    need(answer, 'the token', ['access_token', 'expires_in', 'token_type']).json.access_token,
  );
  const subscriptions = await wire.send({
    method: 'GET',
    path: '/subscriptions?api-version=2022-12-01',
    headers: {
      ...encoding,
      'User-Agent': 'AZURECLI/2.74.0 azsdk-python-core',
      Accept: 'application/json',
      Authorization: `Bearer ${token}`,
    },
  });
  need(subscriptions, 'az login', [
    'value[].subscriptionId',
    'value[].tenantId',
    'value[].displayName',
    'value[].state',
  ]);
  return token;
};
