/** What an extension needs beside Arc's own names: said before it is installed, where the machine is in a Private Link Scope. Pure. */

import { extensionServices } from '@tombolo/requirements/lists/extension-services';
import { objectsAt, stringAt } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * A scope carries Arc's traffic and no other service's (Learn, "Use Azure Private Link to securely connect servers"). Its
 * `serviceExtensions` say of an extension's service whether it may be reached publicly.
 * @param handler `publisher/type`
 * @param scope the properties of the machine's scope; absent: it is in none, and everything is public
 */
export const serviceWarnings = (handler: string, scope: JsonObject | undefined): readonly string[] => {
  if (scope === undefined) return [];
  const needed = extensionServices.filter(({ extensions }) => extensions.some((name) => same(name, handler)));
  const [publisher = '', type = ''] = handler.split('/');
  const judged = objectsAt(scope, 'serviceExtensions').find(({ serviceExtensionType }) =>
    [type, handler, `${publisher}.${type}`].some((name) => same(name, String(serviceExtensionType ?? ''))),
  );
  const access = judged && (stringAt(judged, 'serviceExtensionPublicNetworkAccess') ?? 'Enabled');
  return needed.map(({ service, privateLink }) => {
    const { resourceType, groupIds } = privateLink;
    const own = `a private endpoint of its own (${resourceType}, group ${groupIds.join(', ')})`;
    const how =
      access === 'Disabled'
        ? `and the scope's serviceExtensions keep it from the public network: it needs ${own}.`
        : `so that its traffic goes over the public network, or by ${own}.`;
    return `${handler} uses ${service}, which the machine's Private Link Scope does not carry, ${how}`;
  });
};
