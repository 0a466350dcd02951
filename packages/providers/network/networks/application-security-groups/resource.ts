/** Microsoft.Network/applicationSecurityGroups: names for sets of interfaces; private endpoints say which they are in. */

import { defineResourceType } from '@tombolo/arm';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import { z } from 'zod';
import { networkApiVersions } from '../../api-versions.ts';
import { inUse } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';

const properties = z.object({});

export const applicationSecurityGroups = defineResourceType<z.output<typeof properties>>({
  type: types.applicationSecurityGroup,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties,
  readOnly: ['resourceGuid'],
  lists: ['subscription', 'resourceGroup'],
  movable: true,
  polled: true,
  deletionRank: 65,
  put: ({ command, newGuid }) => ({
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid:
        (command.existing && stringAt(propertiesOf(command.existing), 'resourceGuid')) ?? newGuid(),
    },
  }),
  patch: 'tags',
  inUse: inUse('InUseApplicationSecurityGroupCannotBeDeleted'),
});
