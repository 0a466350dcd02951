/** Microsoft.Authorization/roleAssignments at any scope. */

import type { AnyResourceType, ArmResponse, OperationContext, ResourceId } from '@tombolo/arm';
import { collectFrom, defineResourceType, pageQuery, pageResponse, present, sameId } from '@tombolo/arm';
import { compares, type Filter, filterOf, type Test, testOf } from '@tombolo/arm/odata-filter';
import { administratorLeft, givesAdministration } from '@tombolo/identity/administrators';
import { directoryObjectKey } from '@tombolo/identity/directory-object';
import { isObject, propertiesOf, textAt } from '@tombolo/store/document';
import type { Document, Expectation, Json, JsonObject } from '@tombolo/store/port';
import { authorizationVersions, types } from '../api-versions.ts';
import { roleError } from '../refusals.ts';
import type { BuiltInRole } from '../role-definitions/built-in.ts';
import { builtInByGuid, shownBuiltIn } from '../role-definitions/built-in.ts';
import { definitionKey } from '../role-definitions/model.ts';
import { findCustomRole } from '../role-definitions/resource.ts';
import { covers, extensionsAt, scopeOf, scopesAbove } from '../scope.ts';
import type { AssignmentSurroundings, Role } from './model.ts';
import { putAssignment, roleGuidOf } from './model.ts';
import { type AssignmentProperties, assignmentProperties } from './schema.ts';

const findRole = async (
  context: OperationContext,
  builtIns: readonly BuiltInRole[],
  roleDefinitionId: string,
  subscriptionId: string | undefined,
): Promise<Role | undefined> => {
  const name = roleGuidOf(roleDefinitionId);
  if (name === undefined) return undefined;
  const builtIn = builtInByGuid(builtIns, name);
  if (builtIn) {
    const id = String(shownBuiltIn(builtIn, subscriptionId).id);
    return { name, id, assignableScopes: ['/'], custom: false };
  }
  const document = await findCustomRole(context.store, name);
  if (!document) return undefined;
  const { assignableScopes } = document.body.properties as { readonly assignableScopes: readonly string[] };
  return { name, id: document.id, assignableScopes, custom: true };
};

/** The claims by which a custom role and the principal that a body names are found. */
const keysOf = (body: Json | undefined): readonly string[] => {
  const properties = isObject(body) && isObject(body.properties) ? body.properties : {};
  const name = roleGuidOf(String(properties.roleDefinitionId));
  return [
    ...(name === undefined ? [] : [definitionKey(name)]),
    directoryObjectKey(String(properties.principalId).slice(0, 64)),
  ];
};

/** At the scope and above it. */
export const assignmentsAbove = async (
  context: OperationContext,
  extended: ResourceId | undefined,
): Promise<readonly Document[]> => {
  const above = await Promise.all(
    scopesAbove(extended).map((scope) =>
      context.store.list({ type: types.assignment, under: extensionsAt(scope, types.assignment) }),
    ),
  );
  return above.flat();
};

/** `atScope()`, `assignedTo('…')`, `principalId eq '…'`; of schedules `asTarget()`: the caller's own. */
const matching = (filter: Filter, here: string, caller: string): Test<Document> => {
  const principalOf = (document: Document): string => textAt(propertiesOf(document), 'principalId') ?? '';
  const isOf =
    (objectId: string): Test<Document> =>
    (document) =>
      principalOf(document).toLowerCase() === objectId.toLowerCase();
  return testOf(filter, (leaf) => {
    const name = leaf.name.toLowerCase();
    if (leaf.kind === 'compare')
      return name === 'principalid' ? (document) => compares(principalOf(document), leaf) : undefined;
    if (name === 'atscope') return (document) => covers(textAt(propertiesOf(document), 'scope') ?? '', here);
    if (name === 'astarget') return isOf(caller);
    // There are no groups here: assigned to is assigned directly.
    const [who] = leaf.operands;
    if (name !== 'assignedto' || who === undefined) return undefined;
    return isOf(who.kind === 'literal' ? who.value : who.name);
  });
};

/** Whether the list could filter so: of a list in which nothing is. Throws InvalidQueryParameter. */
export const judgeFilter = ({ request, principal }: OperationContext): void => {
  const filter = filterOf(request.query);
  if (filter !== undefined) matching(filter, '/', principal.objectId);
};

/**
 * An assignment at `/` names its role as the subscription that is asked does: clients join both lists by that id
 * (Azure/azure-cli#27509). Roles that can be assigned there are built in, and these are at every subscription.
 */
const seenThrough =
  (extended: ResourceId | undefined) =>
  (document: Document): Document => {
    const properties = propertiesOf(document);
    const role = roleGuidOf(textAt(properties, 'roleDefinitionId') ?? '');
    const subscriptionId = extended?.subscriptionId;
    if (subscriptionId === undefined || role === undefined || properties.scope !== '/') return document;
    const roleDefinitionId = `${extensionsAt(`/subscriptions/${subscriptionId}`, types.definition)}/${role}`;
    return { ...document, body: { ...document.body, properties: { ...properties, roleDefinitionId } } };
  };

/** A page of them as the filter asks, and as they are seen from there: above the scope, at it, and (as Azure does) below it. */
export const pageOfAssignments = async (
  context: OperationContext,
  extended: ResourceId | undefined,
  show: (documents: readonly Document[]) => Promise<readonly JsonObject[]>,
): Promise<ArmResponse> => {
  const page = pageQuery(context.request);
  const here = await scopeOf(context, extended);
  const filter = filterOf(context.request.query);
  const matches = filter && matching(filter, here, context.principal.objectId);
  const above = scopesAbove(extended)
    .slice(1)
    .map((scope) => extensionsAt(scope, types.assignment));
  const { documents, next } = await collectFrom(context, page, {
    type: types.assignment,
    places: [...above, extended?.text ?? ''],
    keep: (document) => matches?.(document) ?? true,
  });
  const shown = await show(documents.map(seenThrough(extended)));
  const idOf = (index: number): string => documents[index]!.id.toLowerCase();
  return pageResponse(context.request, shown, next, { keyOf: idOf });
};

/** For a deletion: what says that somebody is left who may assign roles; undefined: nobody is. */
interface Left {
  readonly administrator: readonly Expectation[] | undefined;
}

export const roleAssignments = (builtIns: readonly BuiltInRole[]): AnyResourceType => {
  const type: AnyResourceType = defineResourceType<AssignmentProperties, AssignmentSurroundings | Left>({
    type: types.assignment,
    apiVersions: authorizationVersions,
    placement: 'proxy',
    properties: assignmentProperties,
    readOnly: ['scope', 'createdOn', 'createdBy', 'updatedOn', 'updatedBy'],
    reads: (_, { method, body }) => (method === 'PUT' ? { claims: keysOf(body) } : {}),
    load: async (context, { id, properties }) => {
      const [scope, role, known] = await Promise.all([
        scopeOf(context, id.parent),
        findRole(context, builtIns, properties.roleDefinitionId, id.subscriptionId),
        context.store.claim(directoryObjectKey(properties.principalId)),
      ]);
      return { scope, role, tenantId: context.tenantId, principalIsKnown: known !== undefined };
    },
    put: (input) => putAssignment({ ...input, loaded: input.loaded as AssignmentSurroundings }),
    loadForRemove: async ({ store }, existing) => ({
      administrator: givesAdministration(existing)
        ? await administratorLeft(store, ({ assignment }) => sameId(assignment.id, existing.id))
        : [],
    }),
    remove: ({ loaded }) => {
      const { administrator } = loaded as Left;
      return administrator
        ? { effects: { expect: administrator } }
        : roleError('CannotDeleteLastRbacAdminAssignment', []);
    },
    showsDeleted: true,
    explain: (reason, id) =>
      !sameId(reason.held.value, id.text)
        ? roleError('RoleAssignmentExists', [reason.held.value])
        : undefined,
    lists: ['tenant', 'subscription', 'resourceGroup', 'parent'],
    computed: {
      list: (context, extended) =>
        pageOfAssignments(context, extended, (documents) => present(type, context, documents)),
    },
  });
  return type;
};
