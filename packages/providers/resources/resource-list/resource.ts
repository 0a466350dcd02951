/** `/resources` of a subscription or group: every tracked resource, filtered. */

import type { AnyResourceType, OperationContext, ResourceId } from '@tombolo/arm';
import {
  armError,
  collectDocuments,
  defineResourceType,
  groupIdOf,
  pageQuery,
  pageResponse,
  parseResourceId,
} from '@tombolo/arm';
import { type Filter, filterOf, requiredValue } from '@tombolo/arm/odata-filter';
import type { Document, JsonObject } from '@tombolo/store/port';
import { tagFilter } from '../../tag-filter.ts';
import { groupType, resourcesVersions, subscriptionType } from '../api-versions.ts';

/** Proxy resources (subnets, connections), groups and documents of ours are in no resource list. */
const isListed = (type: AnyResourceType | undefined): boolean =>
  type !== undefined && type.placement !== 'proxy' && type.type !== groupType;

const expansions = ['createdTime', 'changedTime', 'provisioningState'] as const;

const shown = ({ id, type, body }: Document, expand: ReadonlySet<string>): JsonObject => {
  const system = (body.systemData ?? {}) as JsonObject;
  const properties = (body.properties ?? {}) as JsonObject;
  const expanded: Record<(typeof expansions)[number], JsonObject[string]> = {
    createdTime: system.createdAt,
    changedTime: system.lastModifiedAt,
    provisioningState: properties.provisioningState,
  };
  return {
    id,
    name: namesBelowProvider(id),
    type,
    location: body.location,
    tags: body.tags ?? {},
    ...(body.kind === undefined ? {} : { kind: body.kind }),
    ...(body.sku === undefined ? {} : { sku: body.sku }),
    ...(body.identity === undefined ? {} : { identity: body.identity }),
    ...Object.fromEntries(
      expansions.filter((name) => expand.has(name)).map((name) => [name, expanded[name]]),
    ),
  };
};

/** The names below the provider: `vnet` or `zone.example/link`. */
const namesBelowProvider = (id: string): string => {
  const segments = id.slice(id.toLowerCase().lastIndexOf('/providers/') + 11).split('/');
  return segments.filter((_, index) => index > 0 && index % 2 === 0).join('/');
};

const expansionsOf = (text: string | undefined): ReadonlySet<string> => {
  const asked = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = asked.find((name) => !expansions.some((known) => known === name));
  if (unknown !== undefined)
    throw armError('InvalidQueryParameter', ['$expand', `'${unknown}' is none of ${expansions.join(', ')}.`]);
  return new Set(asked);
};

/** What the filter asks of type and group is found by index: a subscription is not read through for one kind of resource. */
const within = (context: OperationContext, parent: ResourceId, filter: Filter | undefined) => {
  const type = filter && requiredValue(filter, 'resourcetype');
  const group = filter && requiredValue(filter, 'resourcegroup');
  const inGroup = group !== undefined && parent.resourceGroup === undefined && parent.subscriptionId;
  return {
    under: inGroup ? groupIdOf(inGroup, group) : parent.text,
    ...(type === undefined ? {} : { type: context.registry.typeOf(type)?.type ?? type }),
  };
};

const list = async (context: OperationContext, parent: ResourceId | undefined) => {
  const { query } = context.request;
  if (!(await context.store.get(parent!.text))) {
    if (parent!.resourceGroup !== undefined) throw armError('ResourceGroupNotFound', [parent!.resourceGroup]);
    throw armError('SubscriptionNotFound', [parent!.subscriptionId ?? '']);
  }
  const filter = filterOf(query);
  const matches = filter && tagFilter(filter, ['name', 'resourcetype', 'resourcegroup', 'location', 'kind']);
  const expand = expansionsOf(query.get('$expand'));
  const { documents, next } = await collectDocuments(context, pageQuery(context.request), {
    ...within(context, parent!, filter),
    keep: (document) => {
      if (!isListed(context.registry.typeOf(document.type))) return false;
      if (matches === undefined) return true;
      const fields = {
        name: namesBelowProvider(document.id),
        resourcetype: document.type,
        resourcegroup: parseResourceId(document.id)?.resourceGroup ?? '',
        location: String(document.body.location ?? ''),
        kind: String(document.body.kind ?? ''),
      };
      return matches({ fields, tags: (document.body.tags ?? {}) as JsonObject });
    },
  });
  const items = documents.map((document) => shown(document, expand));
  return pageResponse(context.request, items, next);
};

const resourceList = (parentType: string, read: string) =>
  defineResourceType<never>({
    type: `${parentType}/resources`,
    apiVersions: resourcesVersions,
    placement: 'proxy',
    lists: ['parent'],
    rbac: { read },
    expands: 'itself',
    computed: { list },
  });

export const subscriptionResources = resourceList(
  subscriptionType,
  'Microsoft.Resources/subscriptions/resources/read',
);
export const groupResources = resourceList(
  groupType,
  'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
);
