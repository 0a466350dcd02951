/** Resource providers: list, get, register, unregister; tenant-wide also checkResourceName. */

import type { ComputedWrite, OperationContext, PostAction, ResourceId } from '@tombolo/arm';
import { armError, defineResourceType, subscriptionIdOf } from '@tombolo/arm';
import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { resourcesVersions, subscriptionVersions } from '../api-versions.ts';
import { checkedName } from './checked-name.ts';
import { registrationId, registrationState, registrationType, shownProvider } from './model.ts';

/** No provider here has metadata, and there are no aliases, which are Azure Policy's: answers with and without them are the same. */
const withNothingMore = ['metadata', 'resourceTypes/aliases'] as const;

const shownIn = async (
  context: OperationContext,
  subscriptionId: string,
  namespace: string,
): Promise<JsonObject> => {
  const provider = context.registry.providerOf(namespace);
  if (!provider) throw armError('InvalidResourceNamespace', [namespace]);
  const document = await context.store.get(registrationId(subscriptionId, provider.namespace));
  const state = registrationState(provider, document);
  return shownProvider(provider, context.settings.regions, { subscriptionId, state });
};

const subscriptionOf = async (context: OperationContext, id: ResourceId | undefined): Promise<string> => {
  const subscriptionId = id?.subscriptionId ?? '';
  if (!(await context.store.get(subscriptionIdOf(subscriptionId))))
    throw armError('SubscriptionNotFound', [subscriptionId]);
  return subscriptionId;
};

const moveTo = (action: 'register' | 'unregister', registrationState: string): PostAction => ({
  action: (id) => `${id.name}/${action}/action`,
  run: async (context, id): Promise<ComputedWrite> => {
    const subscriptionId = await subscriptionOf(context, id);
    const shown = await shownIn(context, subscriptionId, id.name);
    const own = registrationId(subscriptionId, String(shown.namespace));
    return {
      effects: {
        puts: [{ id: own, type: registrationType, body: { properties: { registrationState } } }],
      },
      status: 200,
      body: { ...shown, registrationState },
    };
  },
});

export const registrations = defineResourceType<never>({
  type: registrationType,
  apiVersions: resourcesVersions,
  placement: 'proxy',
  lists: ['parent'],
  expands: withNothingMore,
  rbac: { read: 'Microsoft.Resources/subscriptions/providers/read' },
  reads: ({ subscriptionId = '', name }) => ({
    documents: [subscriptionIdOf(subscriptionId), registrationId(subscriptionId, name)],
  }),
  computed: {
    get: async (context, id) => shownIn(context, await subscriptionOf(context, id), id.name),
    list: async (context, parent) => {
      const subscriptionId = await subscriptionOf(context, parent);
      return Promise.all(
        context.registry.providers.map(({ namespace }) => shownIn(context, subscriptionId, namespace)),
      );
    },
  },
  actions: { register: moveTo('register', 'Registered'), unregister: moveTo('unregister', 'Unregistered') },
});

export const tenantProviders = defineResourceType<never>({
  type: 'Microsoft.Resources/providers',
  // checkResourceName is of the API of subscriptions, which has versions of its own.
  apiVersions: [...new Set([...resourcesVersions, ...subscriptionVersions])].sort(),
  placement: 'proxy',
  lists: ['tenant'],
  expands: withNothingMore,
  authorization: 'own',
  computed: {
    get: async ({ registry, settings }, id) => {
      const provider = registry.providerOf(id.name);
      if (!provider) throw armError('InvalidResourceNamespace', [id.name]);
      return shownProvider(provider, settings.regions, undefined);
    },
    list: async ({ registry, settings }) =>
      registry.providers.map((provider) => shownProvider(provider, settings.regions, undefined)),
  },
  actions: {
    checkResourceName: {
      action: 'Microsoft.Resources/checkResourceName/action',
      run: async (_, id, body: Json | undefined) => {
        if (id.name.toLowerCase() !== 'microsoft.resources')
          throw armError('NotImplemented', [`The action 'checkResourceName' of '${id.name}'`]);
        if (!isObject(body)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
        return { status: 200, headers: {}, body: checkedName(body) };
      },
    },
  },
});
