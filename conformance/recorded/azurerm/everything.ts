/** `everything`: peered networks, groups and routes, an endpoint that waits for approval, an Arc machine. */

import { association } from './association.ts';
import { privateEndpoint } from './endpoint.ts';
import { dnsPieces } from './everything-dns.ts';
import { networkPieces } from './everything-networks.ts';
import { placed, retagKnown, revised } from './everything-parts.ts';
import { everythingPath, networkOf } from './everything-paths.ts';
import { rolePieces } from './everything-roles.ts';
import { families } from './families.ts';
import { resourceGroup } from './group.ts';
import { type Piece, putBack, resource } from './resource.ts';

const scopePath = everythingPath('HybridCompute', 'privateLinkScopes/scope');
const scope = resource({
  name: 'scope',
  needs: ['everything'],
  family: families.scopes,
  path: scopePath,
  atOnce: true,
  body: placed({ publicNetworkAccess: 'Enabled' }, { name: 'scope', tags: { owner: 'ops' } }),
  unread: ['properties.privateEndpointConnections'],
  change: (seen) => putBack(seen, { tags: { owner: 'ops', ...revised }, systemData: null }),
  reads: ['location', 'tags.owner', 'properties.publicNetworkAccess'],
});

const manualPath = everythingPath('Network', 'privateEndpoints/manual');
const manual = privateEndpoint({
  name: 'manual',
  needs: ['endpoints', 'scope'],
  locks: ['netb'],
  path: manualPath,
  connections: 'manualPrivateLinkServiceConnections',
  body: ({ subscription }) =>
    placed({
      customNetworkInterfaceName: 'manual-nic',
      ipConfigurations: [],
      manualPrivateLinkServiceConnections: [
        {
          name: 'request',
          properties: {
            groupIds: ['hybridcompute'],
            privateLinkServiceId: `${subscription}${scopePath}`,
            requestMessage: 'please',
          },
        },
      ],
      privateLinkServiceConnections: [],
      subnet: { id: `${subscription}${networkOf('netb')}/subnets/endpoints` },
    }),
});

const grouped = association({
  name: 'asg of manual',
  needs: ['manual', 'asg'],
  locks: ['asg', 'netb'],
  family: families.endpoints,
  path: manualPath,
  property: 'applicationSecurityGroups',
  value: ({ subscription }) => [
    { id: `${subscription}${everythingPath('Network', 'applicationSecurityGroups/asg')}` },
  ],
  without: [],
});

/** `identity` None is sent; a 200 is what it takes, on creation too. */
const machine = resource({
  name: 'machine',
  needs: ['everything'],
  family: families.machines,
  path: everythingPath('HybridCompute', 'machines/machine'),
  takes: [200],
  atOnce: true,
  removedAtOnce: true,
  body: { identity: { type: 'None' }, kind: 'AWS', location: 'japaneast', tags: null },
  unread: ['identity'],
  change: retagKnown,
  reads: ['location', 'kind'],
});

export const everything = (): readonly Piece[] => [
  resourceGroup('everything'),
  ...networkPieces(),
  scope,
  manual,
  grouped,
  machine,
  ...dnsPieces(),
  ...rolePieces(),
];
