/** `locations/{location}/serviceTags` and `serviceTagDetails`: the imported list, else one of the installation's own addresses. */

import { armError, defineResourceType, type OperationContext } from '@tombolo/arm';
import { armList, armValue, type ServiceTagDocument } from '@tombolo/service-tags/document';
import type { VersionFacts } from '@tombolo/service-tags/freshness';
import { generateServiceTags } from '@tombolo/service-tags/generate';
import { servedDocument } from '@tombolo/service-tags/stored-tags';
import { objectAt, stringAt } from '@tombolo/store/document';
import { networkApiVersions } from '../../api-versions.ts';
import { requireLocation } from '../location.ts';

interface Served {
  readonly document: ServiceTagDocument;
  /** Absent: generated. */
  readonly facts?: VersionFacts;
}

/** The newest imported list; an installation without one answers with its own addresses. */
export const served = async (context: Pick<OperationContext, 'store' | 'settings'>): Promise<Served> =>
  (await servedDocument(context.store)) ?? { document: await ownAddresses(context) };

const ownAddresses = async ({
  store,
  settings,
}: Pick<OperationContext, 'store' | 'settings'>): Promise<ServiceTagDocument> => {
  const installation = await store.get('/tombolo/installation');
  const addresses = objectAt(installation?.body, 'addresses');
  const at = (name: string): string[] => [stringAt(addresses, name)].filter((text) => text !== undefined);
  return generateServiceTags({
    profile: { name: 'AzureCloud', regions: settings.regions },
    addresses: { control: at('arm'), services: at('services') },
  });
};

/** When the list was fetched and, where that is known, published: it ages. */
const freshnessHeaders = (facts: VersionFacts | undefined): Record<string, string> => {
  const text = (at: number) => new Date(at).toISOString();
  if (!facts) return { 'x-tombolo-service-tags-source': 'generated' };
  return {
    'x-tombolo-service-tags-source': 'imported',
    'x-tombolo-service-tags-fetched-at': text(facts.fetchedAt),
    ...(facts.publishedAt === undefined
      ? {}
      : { 'x-tombolo-service-tags-published-at': text(facts.publishedAt) }),
  };
};

const listType = 'Microsoft.Network/locations/serviceTags';
const detailsType = 'Microsoft.Network/locations/serviceTagDetails';

/** One answer with everything, as Azure gives it; a singleton that looks like a collection in its path. */
export const serviceTags = defineResourceType<never>({
  type: listType,
  apiVersions: networkApiVersions.filter((version) => version >= '2019-06-01'),
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    list: async (context, parent) => {
      // The reference for the version, not a filter: every region's tags are answered, as in Azure.
      requireLocation(context, parent, listType);
      const { document, facts } = await served(context);
      const body = armList(document, parent?.subscriptionId ?? '');
      return { status: 200, headers: freshnessHeaders(facts), body };
    },
  },
});

const flag = (context: OperationContext, name: string): boolean => {
  const given = context.request.query.get(name.toLowerCase())?.toLowerCase();
  if (given === undefined || given === 'false') return false;
  if (given === 'true') return true;
  throw armError('InvalidQueryParameter', [name, `'${given}' is neither true nor false.`]);
};

/** The same tags in pages; `tagName` chooses one, `noAddressPrefixes` leaves its addresses out. */
export const serviceTagDetails = defineResourceType<never>({
  type: detailsType,
  apiVersions: networkApiVersions.filter((version) => version >= '2021-08-01'),
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    list: async (context, parent) => {
      requireLocation(context, parent, detailsType);
      const withPrefixes = !flag(context, 'noAddressPrefixes');
      const wanted = context.request.query.get('tagname')?.toLowerCase();
      const { document } = await served(context);
      return document.tags
        .filter((tag) => wanted === undefined || tag.name.toLowerCase() === wanted)
        .map((tag) => armValue(tag, withPrefixes));
    },
  },
});
