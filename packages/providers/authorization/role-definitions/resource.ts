/** Microsoft.Authorization/roleDefinitions: built-in roles at every scope, custom ones where they are assignable. */

import type { AnyResourceType, ClaimTaken, OperationContext } from '@tombolo/arm';
import { collectDocuments, defineResourceType, pageQuery, pageResponse, present } from '@tombolo/arm';
import { compares, type Filter, filterOf, testOf } from '@tombolo/arm/odata-filter';
import { propertiesOf, stringsAt, textAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { authorizationVersions, types } from '../api-versions.ts';
import { roleError } from '../refusals.ts';
import { covers, scopeOf } from '../scope.ts';
import type { BuiltInRole } from './built-in.ts';
import { builtInByGuid, shownBuiltIn } from './built-in.ts';
import type { DefinitionSurroundings } from './model.ts';
import { assignableScopesOf, definitionKey, putDefinition, roleNameKey, storedScopesOf } from './model.ts';
import { type DefinitionProperties, definitionProperties } from './schema.ts';

/** A custom role is found by its GUID wherever it was written. */
export const findCustomRole = async (
  store: OperationContext['store'],
  name: string,
): Promise<Document | undefined> => {
  const claim = await store.claim(definitionKey(name));
  return claim && store.get(claim.value);
};

const explain = (reason: ClaimTaken) => {
  return reason.key.startsWith(roleNameKey(''))
    ? roleError(
        'RoleDefinitionWithSameNameExists',
        [reason.key.slice(roleNameKey('').length)],
        'properties.roleName',
      )
    : roleError('RoleDefinitionExistsElsewhere', [reason.held.value]);
};

/** `atScopeAndBelow()` adds roles that are assignable below the scope. */
const matching = (filter: Filter) =>
  testOf<JsonObject>(filter, (leaf) => {
    const name = leaf.name.toLowerCase();
    if (leaf.kind === 'call') return name === 'atscopeandbelow' ? () => true : undefined;
    const field = ({ rolename: 'roleName', type: 'type' } as const)[name];
    return field && ((role) => compares(textAt(propertiesOf({ body: role }), field) ?? '', leaf));
  });

const asksBelow = (filter: Filter | undefined): boolean => {
  if (filter === undefined || filter.kind === 'compare' || filter.kind === 'any') return false;
  if (filter.kind === 'call') return filter.name.toLowerCase() === 'atscopeandbelow';
  if (filter.kind === 'not') return false;
  return asksBelow(filter.left) || asksBelow(filter.right);
};

export const roleDefinitions = (builtIns: readonly BuiltInRole[]): AnyResourceType => {
  const type: AnyResourceType = defineResourceType<DefinitionProperties, DefinitionSurroundings>({
    type: types.definition,
    apiVersions: authorizationVersions,
    placement: 'proxy',
    properties: definitionProperties,
    readOnly: ['createdOn', 'createdBy', 'updatedOn', 'updatedBy'],
    reads: ({ name }, { method }) => (method === 'GET' ? { claims: [definitionKey(name)] } : {}),
    load: async (context, command) => {
      const scope = await scopeOf(context, command.id.parent);
      // Of the role as it was, too: what it grants there would change with it.
      const scopes = [...new Set([...assignableScopesOf(command, scope), ...storedScopesOf(command)])];
      const allowed = await Promise.all(
        scopes.map((assignable) => context.allows(`${types.definition}/write`, assignable)),
      );
      return { scope, builtIns, forbiddenScopes: scopes.filter((_, index) => !allowed[index]) };
    },
    put: putDefinition,
    showsDeleted: true,
    explain,
    inUse: ({ text }, holders) => roleError('RoleDefinitionHasAssignments', [text, holders.join(', ')]),
    lists: ['tenant', 'subscription', 'resourceGroup', 'parent'],
    computed: {
      get: async (context, id) => {
        const builtIn = builtInByGuid(builtIns, id.name);
        if (builtIn) return shownBuiltIn(builtIn, id.subscriptionId);
        const document = await findCustomRole(context.store, id.name);
        if (!document) return undefined;
        const scopes = (document.body.properties as { readonly assignableScopes: readonly string[] })
          .assignableScopes;
        const here = id.parent?.text ?? '/';
        // Elsewhere in the tenant it is not there.
        const seen = here === '/' || scopes.some((scope) => covers(scope, here) || covers(here, scope));
        return seen ? (await present(type, context, [document]))[0] : undefined;
      },
      list: async (context, parent) => {
        const { size, after } = pageQuery(context.request);
        const scope = await scopeOf(context, parent);
        const filter = filterOf(context.request.query);
        const matches = filter && matching(filter);
        const below = asksBelow(filter);
        // The built-in ones come first: pages of them go on after a number, those of the others after an id.
        const start = after === undefined ? 0 : /^\d+$/.test(after) ? Number(after) : builtIns.length;
        const all = builtIns.map((role) => shownBuiltIn(role, parent?.subscriptionId));
        const own = (matches ? all.filter(matches) : all).slice(start);
        const builtIn = own.slice(0, size);
        if (builtIn.length === size)
          return pageResponse(context.request, builtIn, String(start + size), {
            keyOf: (index) => String(start + index + 1),
          });
        const { documents, next } = await collectDocuments(
          context,
          { size: size - builtIn.length, after: after?.startsWith('/') ? after : undefined },
          {
            type: types.definition,
            keep: (document) =>
              (matches?.({ ...document.body, id: document.id }) ?? true) &&
              stringsAt(propertiesOf(document), 'assignableScopes').some(
                (assignable) =>
                  covers(assignable, scope) || scope === '/' || (below && covers(scope, assignable)),
              ),
          },
        );
        const shown = [...builtIn, ...(await present(type, context, documents))];
        return pageResponse(context.request, shown, next, {
          keyOf: (index) =>
            index < builtIn.length
              ? String(start + index + 1)
              : documents[index - builtIn.length]!.id.toLowerCase(),
        });
      },
    },
  });
  return type;
};
