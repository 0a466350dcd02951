/** Requests of Microsoft Graph: paths, queries, bodies. */

import { equal, ok } from 'node:assert/strict';
import { ArmError, parseJson } from '@tombolo/arm';
import { createGraphWorld } from '@tombolo/identity/graph/graph.testkit';
import type { JsonObject } from '@tombolo/store/port';
import { type Target, textOf, unlessRefused } from '../target.ts';

const graph = await createGraphWorld();

const isDecodable = (url: string): boolean => {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
};

export const graphRequest: Target = {
  name: 'graph-request',
  asks: 'graphRoutes',
  seeds: [
    "servicePrincipals?$filter=appId eq 'a' and servicePrincipalNames/any(c:c eq 'x')&$select=id,appId&$top=1&$count=true",
    "applications?$filter=startswith(displayName,'T')&$skiptoken=b",
    "servicePrincipals(appId='aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee')",
    'directoryObjects/getByIds\n{"ids":["99999999-8888-4777-8666-555555555555"],"types":["servicePrincipal"]}',
    'applications\n{"displayName":"x","keyCredentials":[],"passwordCredentials":[{"displayName":"p"}]}',
    'servicePrincipals/99999999-8888-4777-8666-555555555555/addPassword\n{"passwordCredential":{"endDateTime":"2027-01-01T00:00:00Z"}}',
  ],
  dictionary: [
    '$filter=',
    '$select=',
    '$top=',
    '$skiptoken=',
    '$count=true',
    '/any(',
    '%zz',
    "'",
    ' eq ',
    'me',
    '"@odata.type":',
    '\n{"',
    'null',
    '[]',
    'microsoft.graph.',
  ],
  run: async (input) => {
    const [path = '', ...rest] = textOf(input).split('\n');
    const url = `/v1.0/${path.replace(/[^!-~]/g, (character) => encodeURI(character.toWellFormed()))}`;
    // Answered before any route: `http-request` asks that.
    if (!isDecodable(url)) return;
    const body = rest.length === 0 ? undefined : unlessRefused([ArmError], () => parseJson(rest.join('\n')));
    const answer = await (body === undefined
      ? graph.send('GET', url)
      : graph.send('POST', url, body as JsonObject));
    const [failure] = graph.failures.splice(0);
    if (failure !== undefined) throw new Error('Graph failed', { cause: failure });
    ok(answer.status < 500 || answer.status === 501, `status ${answer.status}`);
    if (answer.status >= 400) equal(typeof answer.json.error.code, 'string');
  },
};
