/** Microsoft.Features: preview features of namespaces. There are none here, so lists are empty and none can be registered. */

import type { Provider } from '@tombolo/arm';
import { armError, defineResourceType } from '@tombolo/arm';

const apiVersions = ['2014-08-01-preview', '2015-12-01', '2021-07-01'];

/** `/subscriptions/{s}/providers/Microsoft.Features/features`. */
const allFeatures = defineResourceType<never>({
  type: 'Microsoft.Features/features',
  apiVersions,
  placement: 'proxy',
  lists: ['subscription'],
  computed: { list: async () => [] },
});

/** `…/providers/Microsoft.Features/providers/{namespace}/features/{name}`. */
const features = defineResourceType<never>({
  type: 'Microsoft.Features/providers/features',
  apiVersions,
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    get: async (_, { name }) => {
      throw armError('NotFound', [`The feature '${name}'`]);
    },
    list: async () => [],
  },
  actions: Object.fromEntries(
    ['register', 'unregister'].map((action) => [
      action,
      {
        run: async (_, { name }) => {
          throw armError('NotFound', [`The feature '${name}'`]);
        },
      },
    ]),
  ),
});

export const featuresProvider: Provider = {
  namespace: 'Microsoft.Features',
  types: [
    allFeatures, // GET list
    features, //    GET list; GET, POST register, unregister: 404
  ],
};
