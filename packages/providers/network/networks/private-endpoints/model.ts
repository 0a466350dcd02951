/** Decides a private endpoint: where it may stand, whether it is approved, which addresses it gets. */

import {
  ArmError,
  armError,
  type Effects,
  type OperationStart,
  type PutDecision,
  type PutInput,
  sameId,
} from '@tombolo/arm';
import {
  checkEndpointPlacement,
  checkScopeIdentity,
  checkScopeOfNetwork,
  findRegion,
  initialConnectionState,
  members as membersOfScope,
  scopeIdentityClaim,
  scopeOfNetworkClaim,
} from '@tombolo/private-link';
import {
  groupIdIn,
  jsonOf,
  nameOf,
  propertiesOf,
  referenceAt,
  stringAt,
  withValues,
} from '@tombolo/store/document';
import type { Document, HeldClaim, Json } from '@tombolo/store/port';
import { refusalError } from '../../../rule-refusal.ts';
import { addressClaim, allocateAddresses } from '../../address-allocation.ts';
import { touched } from '../../document.ts';
import { namesOfNetworkClaim } from '../../private-dns/linked-zones.ts';
import { type LinkOfNetwork, warningsOfNetwork } from '../../private-dns/zones-of-network.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { delegatedServices } from '../subnets/delegations.ts';
import { subnetPrefixes } from '../subnets/model.ts';
import {
  type ConnectionRequest,
  connectionDocument,
  connectionIdOf,
  connectionItem,
  linkIdentifierClaim,
  requestOf,
  statusOf,
} from './connection.ts';
import { interfaceDocument, interfaceMembers, ipConfigurationId } from './network-interface.ts';
import { readStatic } from './request.ts';
import type { EndpointProperties } from './schema.ts';

export interface LoadedEndpoint {
  readonly request: ConnectionRequest;
  readonly network: Document | undefined;
  /** R1: what the network is connected to. */
  readonly held: HeldClaim | undefined;
  /** R1: which scope of that name it is connected to. */
  readonly heldIdentity: HeldClaim | undefined;
  readonly taken: readonly HeldClaim[];
  /** The interface of an existing endpoint, or whatever has the wanted name. */
  readonly networkInterface: Document | undefined;
  /** Of an existing endpoint. */
  readonly connection: Document | undefined;
  /** R7: the zones that the network of a new endpoint is linked to. */
  readonly links: readonly LinkOfNetwork[];
}

type Input = PutInput<EndpointProperties, LoadedEndpoint>;

export const provisioning = 'network.privateEndpoint.provision';
const provisioningOf = (resourceGuid: Json | undefined): OperationStart => ({
  kind: provisioning,
  state: withValues({ resourceGuid }),
});

const writtenBeside = (properties: EndpointProperties): Record<string, Json | undefined> => ({
  applicationSecurityGroups: properties.applicationSecurityGroups,
  ipVersionType: properties.ipVersionType ?? 'IPv4',
  billingSku: properties.billingSku,
});

/** A PUT of what is there keeps addresses, guid, interface and connection; it cannot move the endpoint. */
export const updateEndpoint = (input: Input, existing: Document): PutDecision | ArmError => {
  const { command, loaded } = input;
  const { properties } = command;
  const before = propertiesOf(existing);
  const known = requestOf(existing)!;
  if (statusOf(loaded.connection) === 'Disconnected')
    return networkError('PrivateEndpointCannotBeUpdatedInDisconnectedState', [existing.id], existing.id);
  const fixed = (what: string): ArmError =>
    networkError('PrivateEndpointCannotBeChanged', [existing.id, what], existing.id);
  const subnet = referenceAt(before, 'subnet') ?? '';
  if (!sameId(subnet, properties.subnet.id))
    return networkError(
      'CannotChangeSubnetOnExistingPrivateEndpoint',
      [existing.id, subnet, properties.subnet.id],
      existing.id,
    );
  const asked = loaded.request;
  if (!sameId(known.scopeId, asked.scopeId) || known.mode !== asked.mode || known.name !== asked.name)
    return networkError(
      'CannotChangePrivateLinkConnectionOnPrivateEndpoint',
      [existing.id, String(connectionItem(existing.id, known).item.id)],
      existing.id,
    );
  const versioned = checkIpVersion(properties);
  if (versioned) return versioned;
  const custom = properties.customNetworkInterfaceName;
  if (custom && custom.toLowerCase() !== nameOf(loaded.networkInterface?.id ?? custom).toLowerCase())
    return fixed('customNetworkInterfaceName');
  const current = interfaceMembers(loaded.networkInterface);
  const moved = (properties.ipConfigurations ?? []).find(({ properties: wanted }) => {
    const member = current.find(
      ({ memberName }) => memberName.toLowerCase() === wanted.memberName?.toLowerCase(),
    );
    return member?.address !== wanted.privateIPAddress;
  });
  if (moved) return fixed(`address of '${moved.properties.memberName ?? ''}'`);
  const { list, item } = connectionItem(existing.id, { ...asked, scopeId: known.scopeId });
  // Of one that is not ready yet, this write is no sooner done than the one before.
  const ready = before.provisioningState === 'Succeeded';
  return {
    properties: withValues({ ...before, ...writtenBeside(properties), [list]: [item] }),
    ...(ready ? {} : { operation: provisioningOf(before.resourceGuid) }),
  };
};

/** What the connection is to be made between; judged already, but for their places. */
interface Between {
  readonly subnet: Document;
  readonly network: Document;
  readonly scope: Document;
}

/** Endpoints have IPv4 addresses here: one that said otherwise would show what it is not. */
const checkIpVersion = ({ ipVersionType = 'IPv4' }: EndpointProperties): ArmError | undefined =>
  ipVersionType === 'IPv4'
    ? undefined
    : armError('NotImplemented', [`ipVersionType ${ipVersionType} of private endpoints`]);

const checkPlace = (
  endpointId: string,
  { command, loaded }: Input,
  { subnet, network, scope }: Between,
): ArmError | undefined => {
  const misplaced = checkEndpointPlacement(
    { id: endpointId, location: command.location! },
    { id: network.id, location: String(network.body.location) },
  );
  if (misplaced) return refusalError(misplaced);
  const [service] = delegatedServices(propertiesOf(subnet));
  if (service !== undefined)
    return networkError(
      'PrivateEndpointCreationNotAllowedAsSubnetIsDelegated',
      [endpointId, subnet.id, service],
      subnet.id,
    );
  const wanted = { vnetId: network.id, scopeId: scope.id, scopeGuid: guidOf(scope), endpointId };
  const rival = checkScopeOfNetwork(wanted, loaded.held) ?? checkScopeIdentity(wanted, loaded.heldIdentity);
  return rival && refusalError(rival);
};

const guidOf = (scope: Document): string => stringAt(propertiesOf(scope), 'privateLinkScopeId') ?? '';

export const createEndpoint = (input: Input): PutDecision | ArmError => {
  const { command, loaded, newGuid, settings } = input;
  const endpointId = command.storedId;
  const referenced = (id: string): Document => input.referenced.get(id.toLowerCase())!;
  const subnet = referenced(command.properties.subnet.id);
  const network = loaded.network!;
  const scope = referenced(loaded.request.scopeId);
  const scopeGuid = guidOf(scope);
  const refused =
    checkIpVersion(command.properties) ?? checkPlace(endpointId, input, { subnet, network, scope });
  if (refused) return refused;
  const request: ConnectionRequest = { ...loaded.request, scopeId: scope.id };
  const region = findRegion(String(scope.body.location));
  if (!region)
    return networkError(
      'InvalidPrivateEndpoint',
      [endpointId, `the scope's region '${scope.body.location}' is unknown.`],
      scope.id,
    );
  const members = membersOfScope(region, settings.suffixes);
  const configured = readStatic(endpointId, command.properties, members);
  if (configured instanceof ArmError) return configured;
  const prefixes = subnetPrefixes(propertiesOf(subnet));
  const addresses = allocateAddresses({
    subnetId: subnet.id,
    prefixes,
    taken: loaded.taken,
    own: settings.ownAddresses,
    wanted: members.map((member) => configured.get(member.memberName)?.address),
  });
  if (addresses instanceof ArmError) return addresses;

  const resourceGuid = newGuid();
  const interfaceName =
    command.properties.customNetworkInterfaceName || `${command.id.name}.nic.${newGuid()}`;
  const interfaceId = `${groupIdIn(endpointId)}/providers/${types.networkInterface}/${interfaceName}`;
  if (loaded.networkInterface)
    return networkError('Conflict', [
      `A network interface '${interfaceId}' is there already. Give another customNetworkInterfaceName.`,
    ]);
  const placed = members.map((member, index) => {
    const asked = configured.get(member.memberName);
    const name = asked?.name ?? `privateEndpointIpConfig.${newGuid()}`;
    return { member, address: addresses[index]!, name, static: asked !== undefined };
  });
  const connectionId = connectionIdOf(scope.id, command.id.name, resourceGuid);
  const linkIdentifier = input.newLinkIdentifier();
  const state = initialConnectionState(request);
  const { list, item } = connectionItem(endpointId, request);
  const effects: Effects = {
    expect: [
      // The subnet's version moves with each allocation: two at once, or one beside a shrinking, decide anew.
      { id: subnet.id, version: subnet.version },
      { id: network.id, version: 'present' },
      { id: interfaceId, version: 'absent' },
      { id: connectionId, version: 'absent' },
    ],
    puts: [
      touched(subnet),
      interfaceDocument({
        id: interfaceId,
        endpointId,
        location: command.location!,
        subnetId: subnet.id,
        members: placed,
        newGuid,
      }),
      connectionDocument({
        id: connectionId,
        endpointId,
        state: jsonOf(state),
        groupIds: request.groupIds,
        linkIdentifier,
        members: placed,
        virtualNetworkId: network.id,
        subnetId: subnet.id,
      }),
    ],
    claims: [
      scopeOfNetworkClaim(network.id, scope.id, endpointId),
      ...(scopeGuid === '' ? [] : [scopeIdentityClaim(network.id, scopeGuid, endpointId)]),
      linkIdentifierClaim(linkIdentifier, connectionId),
      namesOfNetworkClaim(network.id, region.name, endpointId),
      ...placed.map((entry) =>
        addressClaim(subnet.id, entry.address, ipConfigurationId(interfaceId, entry.name), endpointId),
      ),
    ],
  };
  const properties = withValues({
    ...writtenBeside(command.properties),
    provisioningState: 'Updating',
    resourceGuid,
    subnet: { id: subnet.id },
    privateLinkServiceConnections: [],
    manualPrivateLinkServiceConnections: [],
    [list]: [item],
    ipConfigurations: placed
      .filter((entry) => entry.static)
      .map((entry) => ({
        name: entry.name,
        id: `${endpointId}/ipConfigurations/${entry.name}`,
        type: `${types.endpoint}/ipConfigurations`,
        properties: {
          provisioningState: 'Succeeded',
          groupId: entry.member.groupId,
          memberName: entry.member.memberName,
          privateIPAddress: entry.address,
        },
      })),
    customNetworkInterfaceName: command.properties.customNetworkInterfaceName ?? '',
    networkInterfaces: [{ id: interfaceId }],
  });
  return {
    properties,
    effects,
    operation: provisioningOf(resourceGuid),
    warnings: [
      ...members
        .filter(({ made }) => made)
        .map(
          ({ memberName, fqdn }) =>
            `${fqdn} is this installation's own name of ${memberName}: what Azure calls it in ${region.displayName} is unknown.`,
        ),
      // With strict DNS, too: without the endpoint no zone group could write the records.
      ...warningsOfNetwork(network.id, loaded.links, { members }).map(({ message }) => message),
    ],
  };
};
