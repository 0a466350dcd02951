/** `az role`: definitions are found by name, assignees by Graph. */

import { isObject } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import type { AzCommand, Step } from './session.ts';
import { library, scopeId, subscription } from './steps.ts';

const sc1 = scopeId('sc1');
const definitions = '/providers/Microsoft.Authorization/roleDefinitions';
const assignments = '/providers/Microsoft.Authorization/roleAssignments';
const definitionVersion = 'api-version=2022-05-01-preview';
const assignmentVersion = 'api-version=2022-04-01';
const operator = `${subscription}${definitions}/a2b2c3d4-0000-4000-8000-000000000001`;
const byApp = `${sc1}${assignments}/a2b2c3d4-0000-4000-8000-000000000002`;
const byObject = `${sc1}${assignments}/a2b2c3d4-0000-4000-8000-000000000003`;
const anybody = '11111111-1111-1111-1111-111111111111';

const find = (scope: string, name: string): Step =>
  library(
    'GET',
    `${scope}${definitions}`,
    `$filter=roleName%20eq%20%27${encodeURIComponent(name)}%27&${definitionVersion}`,
    [200],
    {
      reads: ['value[].id', 'value[].name', 'value[].properties.roleName', 'value[].properties.permissions'],
      check: ({ value }) => ((value as unknown[]).length === 1 ? undefined : `there is not one role ${name}`),
    },
  );
const definition = (description: string): JsonObject => ({
  properties: {
    roleName: 'Scope Operator',
    description,
    permissions: [{ actions: ['Microsoft.HybridCompute/privateLinkScopes/read'] }],
    assignableScopes: [subscription],
  },
});
/** An application id is looked up with the token of Resource Manager. */
const findPrincipal: Step = {
  method: 'GET',
  by: 'rest',
  path: '/v1.0/servicePrincipals',
  query: '$filter=servicePrincipalNames%2Fany%28c%3Ac%20eq%20%27{clientId}%27%29',
  takes: [200],
  reads: ['value[].id', 'value[].appId', 'value[].servicePrincipalType'],
  check: ({ value }) => ((value as unknown[]).length === 1 ? undefined : 'it is not one principal'),
};
const namesOf = (...ids: readonly string[]): Step => ({
  method: 'POST',
  by: 'rest',
  path: '/v1.0/directoryObjects/getByIds',
  takes: [200],
  leaves: true,
  body: { ids, types: ['user', 'group', 'servicePrincipal', 'directoryObjectPartnerReference'] },
});
const reader = `${subscription}${definitions}/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
const listed = [
  'value[].id',
  'value[].properties.principalId',
  'value[].properties.roleDefinitionId',
  'value[].properties.scope',
];
const listAtScope = library('GET', `${sc1}${assignments}`, `$filter=atScope()&${assignmentVersion}`, [200], {
  reads: listed,
});

const firstOf = (seen: JsonObject): JsonObject => {
  const [first] = Array.isArray(seen.value) ? seen.value : [];
  return isObject(first) ? first : {};
};

export const roleCommands: readonly AzCommand[] = [
  { line: 'az role definition list -n Reader', steps: [find(subscription, 'Reader')] },
  {
    line: 'az role definition create --role-definition …',
    steps: [library('PUT', operator, definitionVersion, [201], { body: definition('d') })],
  },
  {
    line: 'az role definition update --role-definition …',
    steps: [
      find(subscription, 'Scope Operator'),
      library('PUT', operator, definitionVersion, [201], { body: definition('d2') }),
    ],
  },
  {
    line: 'az role assignment create --assignee {clientId} --role Reader --scope …',
    steps: [
      findPrincipal,
      find(sc1, 'Reader'),
      library('PUT', byApp, assignmentVersion, [200, 201], {
        body: (seen) => ({
          properties: {
            roleDefinitionId: String(firstOf(seen).id),
            principalId: '{principal}',
            principalType: 'ServicePrincipal',
          },
        }),
      }),
    ],
  },
  {
    line: 'az role assignment create --assignee-object-id … --assignee-principal-type ServicePrincipal --role Reader --scope …',
    steps: [
      find(sc1, 'Reader'),
      library('PUT', byObject, assignmentVersion, [200, 201], {
        body: {
          properties: { roleDefinitionId: reader, principalId: anybody, principalType: 'ServicePrincipal' },
        },
      }),
    ],
  },
  {
    line: 'az role assignment list --all',
    steps: [
      library('GET', `${subscription}${assignments}`, assignmentVersion, [200], { reads: listed }),
      library('GET', `${subscription}${definitions}`, definitionVersion, [200], {
        reads: ['value[].id', 'value[].properties.roleName'],
      }),
      namesOf(anybody, '{principal}'),
    ],
  },
  {
    line: 'az role assignment list --assignee {clientId} --scope …',
    steps: [findPrincipal, listAtScope, namesOf('{principal}')],
  },
  { line: 'az ad sp show --id {clientId}', steps: [findPrincipal, principalById()] },
  {
    line: 'az role assignment delete --assignee {clientId} --role Reader --scope …',
    steps: [
      findPrincipal,
      listAtScope,
      find(sc1, 'Reader'),
      library('DELETE', byApp, assignmentVersion, [200, 204]),
    ],
  },
  {
    line: 'az role assignment delete --assignee … --role Reader --scope …',
    steps: [listAtScope, find(sc1, 'Reader'), library('DELETE', byObject, assignmentVersion, [200, 204])],
  },
  {
    line: "az role definition delete -n 'Scope Operator'",
    steps: [find(subscription, 'Scope Operator'), library('DELETE', operator, definitionVersion, [200, 204])],
  },
];

function principalById(): Step {
  return {
    method: 'GET',
    by: 'rest',
    path: '/v1.0/servicePrincipals/{principal}',
    takes: [200],
    reads: ['id', 'appId', 'displayName'],
  };
}
