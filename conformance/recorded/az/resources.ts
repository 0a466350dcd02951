/** `az group`, `az resource`, `az tag`, `az provider`, `az rest`: the management libraries, which join empty parents. */

import type { JsonObject } from '@tombolo/store/port';
import type { AzCommand, Step } from './session.ts';
import {
  askGroup,
  library,
  lowerGroup,
  pick,
  propertiesOf,
  scopeId,
  subscription,
  upperGroup,
} from './steps.ts';

const version = 'api-version=2024-11-01';
const sc1 = scopeId('sc1');
/** The parent is empty, and so there are two slashes. */
const byType = `${lowerGroup}/providers/Microsoft.HybridCompute//privateLinkScopes/sc2`;
const scopeVersion = 'api-version=2025-01-13';

/** Without `--api-version` the provider's list is asked for: the newest that is no preview. */
const askProvider: Step = library(
  'GET',
  `${subscription}/providers/Microsoft.HybridCompute`,
  version,
  [200],
  {
    reads: [
      'namespace',
      'registrationState',
      'resourceTypes[].resourceType',
      'resourceTypes[].apiVersions',
      'resourceTypes[].locations',
    ],
    check: ({ resourceTypes }) => {
      const types = resourceTypes as readonly { resourceType: string; apiVersions: readonly string[] }[];
      const found = types.find(({ resourceType }) => resourceType === 'privateLinkScopes');
      return found?.apiVersions.includes('2025-01-13') ? undefined : 'it does not offer 2025-01-13';
    },
  },
);
const show = library('GET', sc1, scopeVersion, [200], {
  reads: ['id', 'name', 'type', 'location', 'properties'],
});
const put = (body: Step['body'], more: Partial<Step> = {}): Step =>
  library('PUT', sc1, scopeVersion, [200, 201, 202], { ...(body === undefined ? {} : { body }), ...more });
const access = (publicNetworkAccess: string): JsonObject => ({
  location: 'japaneast',
  properties: { publicNetworkAccess },
});
const isAccess = (wanted: string) => (answer: JsonObject) => {
  const found = propertiesOf(answer).publicNetworkAccess;
  return found === wanted ? undefined : `publicNetworkAccess is ${String(found)}`;
};
const groupStep = (method: Step['method'], takes: readonly number[], more: Partial<Step> = {}): Step =>
  library(method, lowerGroup, version, takes, more);

export const groupCommands: readonly AzCommand[] = [
  {
    line: 'az group create -n g1 -l japaneast --tags a=b',
    steps: [
      groupStep('PUT', [200, 201], {
        body: { location: 'japaneast', tags: { a: 'b' } },
        reads: ['id', 'name', 'location', 'properties.provisioningState', 'tags.a'],
      }),
    ],
  },
  { line: 'az group show -n g1', steps: [groupStep('GET', [200], { reads: ['id', 'name', 'location'] })] },
  { line: 'az group exists -n g1', steps: [groupStep('HEAD', [204])] },
  {
    line: 'az group exists -n nowhere',
    steps: [{ ...groupStep('HEAD', [404]), path: `${subscription}/resourcegroups/nowhere` }],
  },
  {
    line: 'az group update -n g1 --set tags.c=d',
    steps: [
      groupStep('GET', [200]),
      groupStep('PUT', [200, 201], {
        body: (seen) => ({
          properties: {},
          ...pick(seen, 'location'),
          tags: { ...(seen.tags as JsonObject), c: 'd' },
        }),
        reads: ['tags.a', 'tags.c'],
      }),
    ],
  },
  {
    line: 'az group list --tag a=b',
    steps: [
      library(
        'GET',
        `${subscription}/resourcegroups`,
        `$filter=tagname%20eq%20%27a%27%20and%20tagvalue%20eq%20%27b%27&${version}`,
        [200],
        {
          reads: ['value[].id', 'value[].name'],
          check: ({ value }) => ((value as unknown[]).length === 1 ? undefined : 'it is not the one group'),
        },
      ),
    ],
  },
];

export const groupRemovals: readonly AzCommand[] = [
  {
    line: 'az group delete -n g2 -y --no-wait',
    steps: [
      {
        ...groupStep('PUT', [201], { body: { location: 'japaneast' } }),
        path: `${subscription}/resourcegroups/g2`,
      },
      { ...groupStep('DELETE', [200, 202], { leaves: true }), path: `${subscription}/resourcegroups/g2` },
    ],
  },
  { line: 'az group delete -n g1 -y', steps: [groupStep('DELETE', [200, 202])] },
];

export const resourceCommands: readonly AzCommand[] = [
  {
    line: 'az resource create --id … --is-full-object --api-version 2022-11-10 -p …',
    steps: [library('PUT', sc1, 'api-version=2022-11-10', [200, 201, 202], { body: access('Enabled') })],
  },
  { line: 'az resource show --ids …', steps: [askProvider, show] },
  {
    line: 'az resource update --ids … --set properties.publicNetworkAccess=Disabled',
    steps: [
      askProvider,
      show,
      askProvider,
      put(
        (seen) => ({
          ...pick(seen, 'location', 'tags'),
          properties: { ...propertiesOf(seen), publicNetworkAccess: 'Disabled' },
        }),
        { check: isAccess('Disabled') },
      ),
    ],
  },
  {
    line: 'az resource tag --ids … --tags k=v',
    steps: [
      askProvider,
      show,
      put((seen) => ({ ...pick(seen, 'location', 'properties'), tags: { k: 'v' } }), { reads: ['tags.k'] }),
    ],
  },
  {
    line: 'az resource list -g g1',
    steps: [
      askGroup,
      library(
        'GET',
        `${subscription}/resources`,
        `$filter=resourceGroup%20eq%20%27g1%27&$expand=createdTime%2CchangedTime%2CprovisioningState&${version}`,
        [200],
        { reads: ['value[].id', 'value[].name', 'value[].type', 'value[].location', 'value[].createdTime'] },
      ),
    ],
  },
  { line: 'az resource wait --ids … --exists', steps: [askProvider, show] },
  {
    line: 'az rest --method get --url /subscriptions/…/resourceGroups?api-version=2021-04-01',
    steps: [
      {
        method: 'GET',
        by: 'rest',
        path: `${subscription}/resourceGroups`,
        query: 'api-version=2021-04-01',
        takes: [200],
        reads: ['value[].id'],
      },
    ],
  },
  {
    line: 'az rest --method put --url … --body …',
    steps: [
      {
        method: 'PUT',
        by: 'rest',
        path: sc1,
        query: 'api-version=2022-11-10',
        takes: [200, 201, 202],
        leaves: true,
        body: access('Disabled'),
      },
    ],
  },
  {
    line: 'az resource create -g g1 -n sc2 --resource-type Microsoft.HybridCompute/privateLinkScopes -p …',
    steps: [
      askProvider,
      library('PUT', byType, scopeVersion, [200, 201, 202], {
        body: access('Disabled'),
        check: isAccess('Disabled'),
      }),
    ],
  },
  {
    line: 'az resource show -g g1 -n sc2 --resource-type Microsoft.HybridCompute/privateLinkScopes',
    steps: [askProvider, library('GET', byType, scopeVersion, [200], { check: isAccess('Disabled') })],
  },
  {
    line: 'az resource delete -g g1 -n sc2 --resource-type Microsoft.HybridCompute/privateLinkScopes',
    steps: [askProvider, library('DELETE', byType, scopeVersion, [200, 202, 204])],
  },
  {
    line: 'az tag list --resource-id …',
    steps: [library('GET', `${sc1}/providers/Microsoft.Resources/tags/default`, version, [200])],
  },
  {
    line: 'az tag create --resource-id … --tags a=1',
    steps: [
      library('PUT', `${sc1}/providers/Microsoft.Resources/tags/default`, version, [200, 202], {
        body: { properties: { tags: { a: '1' } } },
        reads: ['properties.tags.a'],
      }),
    ],
  },
  {
    line: 'az tag update --resource-id … --operation Merge --tags b=2',
    steps: [
      library('PATCH', `${sc1}/providers/Microsoft.Resources/tags/default`, version, [200, 202], {
        body: { operation: 'Merge', properties: { tags: { b: '2' } } },
        reads: ['properties.tags.a', 'properties.tags.b'],
      }),
    ],
  },
  {
    line: 'az provider register -n Microsoft.HybridCompute',
    steps: [
      library('POST', `${subscription}/providers/Microsoft.HybridCompute/register`, version, [200]),
      askProvider,
    ],
  },
  {
    line: 'az provider show -n Microsoft.Network',
    steps: [
      library('GET', `${subscription}/providers/Microsoft.Network`, version, [200], {
        reads: ['id', 'namespace', 'registrationState', 'resourceTypes[].resourceType'],
      }),
    ],
  },
  {
    line: `az group show -n g1   # ${upperGroup} is the same`,
    steps: [library('GET', upperGroup, version, [200], { reads: ['tags.a'] })],
  },
];

const features = `${subscription}/providers/Microsoft.Features/providers/Microsoft.HybridCompute/features`;
const sc3 = scopeId('sc3');
const sc3There = sc3.replace('/resourceGroups/g1/', '/resourceGroups/g2/');

export const featureCommands: readonly AzCommand[] = [
  {
    line: 'az feature list --namespace Microsoft.HybridCompute',
    steps: [library('GET', features, 'api-version=2021-07-01', [200], { reads: ['value'] })],
  },
];

export const moveCommands: readonly AzCommand[] = [
  {
    line: 'az resource move --destination-group g2 --ids …',
    steps: [
      {
        ...groupStep('PUT', [200, 201], { body: { location: 'japaneast' } }),
        path: `${subscription}/resourcegroups/g2`,
      },
      library('PUT', sc3, scopeVersion, [200, 201, 202], { body: access('Disabled') }),
      library('POST', `${upperGroup}/moveResources`, version, [202, 204], {
        body: { resources: [sc3], targetResourceGroup: `${subscription}/resourceGroups/g2` },
      }),
      library('GET', sc3There, scopeVersion, [200], { check: isAccess('Disabled') }),
      library('GET', sc3, scopeVersion, [404]),
    ],
  },
  {
    line: 'az group delete -n g2 -y',
    steps: [{ ...groupStep('DELETE', [200, 202]), path: `${subscription}/resourcegroups/g2` }],
  },
];
