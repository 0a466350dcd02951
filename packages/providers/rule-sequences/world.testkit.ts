/** The real pipeline under the sequences: the ids of the little world, each command as a request, and what is then to be seen. */

import assert from 'node:assert/strict';
import { sameId } from '@tombolo/arm';
import { accessOver } from '@tombolo/hybrid-services/access.testkit';
import {
  nameOf,
  objectAt,
  objectsAt,
  parentIdOf,
  propertiesOf,
  referenceAt,
  stringAt,
} from '@tombolo/store/document';
import type { Document, Json } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, errorOf, owner, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from '../index.ts';
import { type Command, homes } from './command.testkit.ts';
import { createIds, groupIdOf, subscriptionIds } from './ids.testkit.ts';
import { type State, statusOf } from './oracle-state.testkit.ts';
import { requestOf } from './request.testkit.ts';
import { warningsOf } from './warnings.testkit.ts';

/** Whoever may do everything but approve. */
const asker = { ...owner, objectId: '55555555-5555-4555-8555-555555555555' };

export interface RuleWorld {
  readonly run: (
    command: Command,
  ) => Promise<{ readonly refusal?: string; readonly warnings: readonly string[] }>;
  readonly look: () => Promise<Sight>;
}

/** What is there at one moment. */
interface Sight {
  /** In the oracle's terms, each part sorted. */
  readonly observed: Observed;
  /** `allow` or a code; `by`: public, or an endpoint's key. */
  readonly access: (machine: string, by: string) => string;
}

export type Observed = Readonly<
  Record<'scopes' | 'endpoints' | 'records' | 'links' | 'machines', readonly string[]>
>;

/** What the oracle holds, in the same terms. `lives`: the GUID's place of each endpoint. */
export const expectedSight = (state: State): Observed => ({
  scopes: [...state.scopes].map(([key, { region, access }]) => `${key} ${region} ${access}`).sort(),
  endpoints: [...state.endpoints]
    .map(([key, endpoint]) => `${key} ${endpoint.network} ${statusOf(state, endpoint)}`)
    .sort(),
  records: [...state.zones]
    .flatMap(([zone, records]) =>
      [...records].map(
        ([name, { holder, value }]) => `${zone} ${name} ${holder.split('#')[0]} ${value.split('#')[0]}`,
      ),
    )
    .sort(),
  links: [...state.links].map(([key, { network, redirect }]) => `${key} ${network} ${redirect}`).sort(),
  machines: [...state.machines].map(([key, { scope }]) => `${key} ${scope ?? '-'}`).sort(),
});

/** Sub-paths keep their own type names, which `arm-world` finds the api-version by. */
const inCapitals = (id: string): string => id.toUpperCase();

const capitalized = (value: Json | undefined): Json | undefined => {
  if (typeof value === 'string') return value.startsWith('/subscriptions/') ? inCapitals(value) : value;
  return value === undefined
    ? undefined
    : (JSON.parse(JSON.stringify(value), (_, each: Json) =>
        typeof each === 'string' && each.startsWith('/subscriptions/') ? inCapitals(each) : each,
      ) as Json);
};

const approval = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action';

export const createRuleWorld = async (strictDns: boolean): Promise<RuleWorld> => {
  const ids = createIds();
  const { scopeId, machineId, endpointId, scopeOf, machineOf, networkOf, zoneOf, endpointOf } = ids;
  const world: ArmWorld = await createArmWorld({
    providers,
    settings: { strictDns },
    isAllowed: async ({ objectId }, action) => objectId !== asker.objectId || action !== approval,
  });
  const { subscriptionId: _, ...subscription } = { subscriptionId, displayName: 'B', state: 'Enabled' };
  await world.store.commit({
    puts: [
      {
        id: `/subscriptions/${subscriptionIds.b}`,
        type: 'Microsoft.Resources/subscriptions',
        body: { tags: {}, properties: { ...subscription, subscriptionId: subscriptionIds.b! } },
      },
    ],
  });
  for (const path of homes.map(groupIdOf))
    assert.equal((await world.put(path, { location: 'japaneast' })).status, 201);

  const documents = async (): Promise<readonly Document[]> => (await world.store.snapshot()).documents;
  const ofType = (all: readonly Document[], type: string) => all.filter((document) => document.type === type);
  const connectionDocument = (all: readonly Document[], endpoint: string): Document | undefined =>
    ofType(all, 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections').find(
      (document) =>
        referenceAt(propertiesOf(document), 'privateEndpoint')?.toLowerCase() ===
        endpointId(endpoint).toLowerCase(),
    );

  const run: RuleWorld['run'] = async (command) => {
    const all = command.do === 'decide' || command.do === 'disconnect' ? await documents() : [];
    const none = `${scopeId('s1')}/privateEndpointConnections/none`;
    const connection = 'endpoint' in command ? connectionDocument(all, command.endpoint) : undefined;
    const { method, path, body, mayApprove = true } = requestOf(ids, command, connection?.id ?? none);
    const answer = await world.send(
      method,
      command.loud ? inCapitals(path) : path,
      command.loud ? capitalized(body) : body,
      mayApprove ? {} : { principal: asker },
    );
    await world.settle();
    assert.deepEqual(world.failures, []);
    if (answer.status < 300) {
      if (command.do === 'move') ids.move(command.what, command.key, command.to);
      return { warnings: warningsOf(ids, answer) };
    }
    const { code } = errorOf(answer);
    return {
      refusal: answer.status === 404 ? 'NotFound' : code,
      warnings: [],
    };
  };

  const observed = (all: readonly Document[]): Observed => {
    const byGuid = new Map<string, string>();
    const addresses = new Map<string, string>();
    for (const endpoint of ofType(all, 'Microsoft.Network/privateEndpoints')) {
      const key = endpointOf(endpoint.id);
      byGuid.set(String(propertiesOf(endpoint).resourceGuid), key);
      const [reference] = objectsAt(propertiesOf(endpoint), 'networkInterfaces');
      const nic = all.find(({ id }) => sameId(id, String(reference?.id)))!;
      for (const configuration of objectsAt(propertiesOf(nic), 'ipConfigurations'))
        addresses.set(String(objectAt(configuration, 'properties')?.privateIPAddress), key);
    }
    const holderOf = (record: Document): string => {
      const creator = stringAt(objectAt(propertiesOf(record), 'metadata'), 'creator');
      return creator === undefined ? 'hand' : (byGuid.get(creator.split(' ').at(-1)!) ?? 'nobody');
    };
    return {
      scopes: ofType(all, 'Microsoft.HybridCompute/privateLinkScopes')
        .map(
          (scope) => `${scopeOf(scope.id)} ${scope.body.location} ${propertiesOf(scope).publicNetworkAccess}`,
        )
        .sort(),
      endpoints: ofType(all, 'Microsoft.Network/privateEndpoints')
        .map((endpoint) => {
          const key = endpointOf(endpoint.id);
          const connection = connectionDocument(all, key);
          const state = connection && objectAt(propertiesOf(connection), 'privateLinkServiceConnectionState');
          const network = networkOf(parentIdOf(referenceAt(propertiesOf(endpoint), 'subnet')!));
          return `${key} ${network} ${state?.status ?? 'Disconnected'}`;
        })
        .sort(),
      records: ofType(all, 'Microsoft.Network/privateDnsZones/A')
        .map((record) => {
          const [first] = objectsAt(propertiesOf(record), 'aRecords');
          const address = String(first?.ipv4Address ?? '');
          return `${zoneOf(parentIdOf(record.id))} ${nameOf(record.id)} ${holderOf(record)} ${addresses.get(address) ?? address}`;
        })
        .sort(),
      links: ofType(all, 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')
        .map((link) => {
          const properties = propertiesOf(link);
          const network = networkOf(referenceAt(properties, 'virtualNetwork')!);
          return `${zoneOf(parentIdOf(link.id))}/${nameOf(link.id)} ${network} ${properties.resolutionPolicy === 'NxDomainRedirect'}`;
        })
        .sort(),
      machines: ofType(all, 'Microsoft.HybridCompute/machines')
        .map((machine) => {
          const named = stringAt(propertiesOf(machine), 'privateLinkScopeResourceId');
          return `${machineOf(machine.id)} ${named ? scopeOf(named) : '-'}`;
        })
        .sort(),
    };
  };

  const look = async (): Promise<Sight> => {
    const all = await documents();
    const accessOf = accessOver(all);
    return {
      observed: observed(all),
      access: (machine, by) => {
        const connection = by === 'public' ? undefined : connectionDocument(all, by);
        // A connection that went with its scope leads nowhere.
        if (by !== 'public' && !connection) return 'PrivateEndpointConnectionNotApproved';
        return accessOf(machineId(machine), connection);
      },
    };
  };

  return { run, look };
};
