/** `{network}/CheckIPAddressAvailability?ipAddress=`: whether an address is free, and a few that are. */

import { ArmError, armError, defineResourceType, type OperationContext } from '@tombolo/arm';
import { formatAddress, readAddress } from '@tombolo/ip/address';
import { propertiesOf } from '@tombolo/store/document';
import {
  type AllocationRequest,
  allocateAddresses,
  isInPrefixes,
  takenPrefix,
} from '../../address-allocation.ts';
import { networkApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { subnetPrefixes } from '../subnets/model.ts';
import { subnetsOf } from '../subnets/resource.ts';

/** As many as Azure proposes. */
const proposed = 5;

const freeAddresses = (request: Omit<AllocationRequest, 'wanted'>): readonly string[] => {
  for (let count = proposed; count > 0; count -= 1) {
    const found = allocateAddresses({ ...request, wanted: Array.from({ length: count }, () => undefined) });
    if (!(found instanceof ArmError)) return found;
  }
  return [];
};

const askedAddress = ({ request }: OperationContext) => {
  const text = request.query.get('ipaddress') ?? '';
  const address = readAddress(text);
  if (address?.family !== 4)
    throw armError('InvalidQueryParameter', ['ipAddress', `'${text.slice(0, 64)}' is no IPv4 address.`]);
  return { text: formatAddress(address), value: address.value };
};

export const addressAvailability = defineResourceType<never>({
  type: `${types.network}/CheckIPAddressAvailability`,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    list: async (context, parent) => {
      const { text, value } = askedAddress(context);
      const networkId = parent!.text;
      const [subnets, taken] = await Promise.all([
        context.store.list(subnetsOf(networkId)),
        context.store.claimsUnder(takenPrefix(`${networkId}/subnets/`)),
      ]);
      const subnet = subnets.find((candidate) =>
        isInPrefixes(subnetPrefixes(propertiesOf(candidate)), value),
      );
      if (!subnet) throw networkError('PrivateIPAddressNotInAnySubnet', [text, networkId], 'ipAddress');
      const request = {
        subnetId: subnet.id,
        prefixes: subnetPrefixes(propertiesOf(subnet)),
        taken,
        own: context.settings.ownAddresses,
      };
      const given = allocateAddresses({ ...request, wanted: [text] });
      const refusal = given instanceof ArmError ? given.code : undefined;
      return {
        status: 200,
        headers: {},
        body: {
          available: refusal === undefined,
          ...(refusal === undefined ? {} : { availableIPAddresses: freeAddresses(request) }),
          isPlatformReserved: refusal === 'PrivateIPAddressInReservedRange',
        },
      };
    },
  },
});
