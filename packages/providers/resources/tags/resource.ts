/** `{scope}/providers/Microsoft.Resources/tags/default`: the tags of a subscription, group or resource, apart from it. */

import type { ComputedWrite, OperationContext, ResourceId } from '@tombolo/arm';
import { ArmError, armError, defineResourceType, systemData, tagsOf } from '@tombolo/arm';
import { isObject } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { resourcesVersions, subscriptionType } from '../api-versions.ts';
import type { TagOperation, Tags } from './model.ts';
import { changeTags, tagOperations } from './model.ts';

const targetOf = async (context: OperationContext, id: ResourceId): Promise<Document> => {
  if (id.name.toLowerCase() !== 'default' || id.parent === undefined)
    throw armError('NotFound', [`'${id.text}' (tags have the name 'default' below a scope)`]);
  const target = await context.store.get(id.parent.text);
  const type = target && context.registry.typeOf(target.type);
  if (!target || !type || type.hidden?.(target))
    throw armError('NotFound', [`The scope '${id.parent.text}'`]);
  if (type.placement === 'proxy' && type.type !== subscriptionType)
    throw armError('InvalidRequestContent', [`resources of type '${type.type}' have no tags.`]);
  return target;
};

const currentOf = (target: Document): Tags => (target.body.tags ?? {}) as Tags;

const shown = (target: Document, tags: Tags): JsonObject => ({
  id: `${target.id}/providers/Microsoft.Resources/tags/default`,
  name: 'default',
  type: 'Microsoft.Resources/tags',
  properties: { tags },
});

const givenTags = (body: Json | undefined): Tags => {
  const properties = isObject(body) ? body.properties : undefined;
  if (!isObject(properties) || properties.tags === undefined)
    throw armError('InvalidRequestContent', ['properties.tags is required.'], 'properties.tags');
  return tagsOf(properties.tags);
};

const operationOf = (body: Json | undefined): TagOperation => {
  const asked = isObject(body) ? body.operation : undefined;
  const operation = tagOperations.find((name) => name.toLowerCase() === String(asked).toLowerCase());
  if (operation === undefined)
    throw armError(
      'InvalidRequestContent',
      [`operation has to be one of ${tagOperations.join(', ')}.`],
      'operation',
    );
  return operation;
};

const write = async (
  context: OperationContext,
  id: ResourceId,
  operation: TagOperation,
  given: Tags,
): Promise<ComputedWrite> => {
  const target = await targetOf(context, id);
  const tags = changeTags(currentOf(target), operation, given);
  if (tags instanceof ArmError) throw tags;
  const body = { ...target.body, tags, systemData: systemData(context.principal, context.now, target) };
  return {
    effects: {
      expect: [{ id: target.id, version: target.version }],
      puts: [{ id: target.id, type: target.type, body }],
    },
    status: 200,
    body: shown(target, tags),
  };
};

export const tags = defineResourceType<never>({
  type: 'Microsoft.Resources/tags',
  apiVersions: resourcesVersions,
  placement: 'proxy',
  lists: [],
  reads: ({ parent }) => ({ documents: parent ? [parent.text] : [] }),
  computed: {
    get: async (context, id) => {
      const target = await targetOf(context, id);
      return shown(target, currentOf(target));
    },
    put: (context, id, body) => write(context, id, 'Replace', givenTags(body)),
    patch: (context, id, body) => write(context, id, operationOf(body), givenTags(body)),
    delete: async (context, id) => {
      const { body: _, ...cleared } = await write(context, id, 'Replace', {});
      return cleared;
    },
  },
});
