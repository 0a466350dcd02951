/** Machines: onboarding, updates, and their association with a scope (R2, R3). */

import type { Command, PutDecision, PutInput } from '@tombolo/arm';
import { ArmError } from '@tombolo/arm';
import { isGuid } from '@tombolo/arm/guid';
import { directoryObjectClaim } from '@tombolo/identity/directory-object';
import { decideAssociation } from '@tombolo/private-link';
import { isObject, type Members, objectAt, propertiesOf, textAt, withValues } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { refusalError } from '../../rule-refusal.ts';
import { hybridError } from '../refusals.ts';
import {
  guidNames,
  identityNames,
  keptNames,
  keptWithin,
  type MachineProperties,
  replacedNames,
} from './schema.ts';

/** What a write needs to know beside the machine itself. */
export interface MachineSurroundings {
  readonly tenantId: string;
  /** What the request itself says of the scope; null clears it, undefined does not speak of it. */
  readonly requestedScope: string | null | undefined;
}

/** Of the raw body: a merge patch has dropped the null by the time that the schema sees it. */
export const requestedScopeOf = (body: Json | undefined): string | null | undefined => {
  const properties = isObject(body) && isObject(body.properties) ? body.properties : {};
  const name = Object.keys(properties).find((key) => key.toLowerCase() === 'privatelinkscoperesourceid');
  const value = name === undefined ? undefined : properties[name];
  return value === null || typeof value === 'string' ? value : undefined;
};

/** In Azure's words, which names what is wrong with a capital (Azure/azure-rest-api-specs#21163). Empty ones are left out. */
const refuseNoGuids = (properties: Members, id: string): ArmError | undefined => {
  const wrong = guidNames.filter((name) => {
    const text = textAt(properties, name);
    return text !== undefined && !isGuid(text);
  });
  if (wrong.length === 0) return undefined;
  const said = wrong.map((name) => name[0]!.toUpperCase() + name.slice(1)).join(', ');
  return hybridError(
    'HCRP400',
    [
      `The request does not have sufficient information to complete the operation. Missing or invalid properties: ${said} of '${id}'. They have to be GUIDs.`,
    ],
    `properties.${wrong[0]}`,
  );
};

export const putMachine = ({
  command,
  loaded,
  referenced,
  newGuid,
}: PutInput<MachineProperties, MachineSurroundings>): PutDecision | ArmError => {
  const { id, existing, properties } = command;
  const stored = existing ? propertiesOf(existing) : {};
  const noGuids = refuseNoGuids(properties, existing?.id ?? id.text);
  if (noGuids !== undefined) return noGuids;
  for (const what of identityNames) {
    const before = textAt(stored, what);
    const after = textAt(properties, what);
    const changed = what === 'vmId' ? before?.toLowerCase() !== after?.toLowerCase() : before !== after;
    if (existing && before !== undefined && after !== undefined && changed)
      return hybridError('HCRP409', [existing.id, what], `properties.${what}`);
  }
  const named = (properties.privateLinkScopeResourceId ?? '').toLowerCase();
  const association = associate(command, loaded.requestedScope, referenced.get(named), stored);
  if (association instanceof ArmError) return association;
  const given = properties as Readonly<Record<string, Json | undefined>>;
  const kept = Object.fromEntries(keptNames.map((name) => [name, given[name] ?? stored[name]]));
  // An empty one is left out: it would let the next write bring another.
  const who = Object.fromEntries(
    identityNames.map((name) => [name, textAt(properties, name) ?? stored[name]]),
  );
  const envelope = envelopeOf(command, loaded, newGuid);
  const replaced = Object.fromEntries(replacedNames.map((name) => [name, given[name]]));
  return {
    properties: withValues({
      ...kept,
      ...who,
      ...replaced,
      ...reportedWithin(given, stored),
      displayName: kept.displayName ?? id.name,
      privateLinkScopeResourceId: association.scopeId,
      privateLinkScopeGuid: association.scopeGuid,
    }),
    envelope,
    effects: { expect: association.expect, claims: identityClaims(envelope, command) },
    // The live service answers a create with 200 too.
    status: { created: 200, updated: 200 },
  };
};

/** Of the objects that a PUT replaces, with what the agent said in them. */
const reportedWithin = (given: Readonly<Record<string, Json | undefined>>, stored: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(keptWithin).flatMap(([name, member]) => {
      const said = textAt(objectAt(stored, name), member);
      const now = given[name];
      return said === undefined
        ? []
        : [[name, withValues({ [member]: said, ...withValues(isObject(now) ? now : {}) })]];
    }),
  );

const associate = (
  { id, existing, location }: Command<MachineProperties>,
  requested: string | null | undefined,
  scope: Document | undefined,
  stored: JsonObject,
) => {
  const current = associationOf(stored);
  const guid = scope && textAt(propertiesOf(scope), 'privateLinkScopeId');
  const change = decideAssociation(
    { id: existing?.id ?? id.text, location: location ?? '', ...current },
    requested,
    scope && { id: scope.id, location: String(scope.body.location), ...(guid ? { guid } : {}) },
  );
  if (change.refused) return refusalError(change);
  if (change.kind === 'cleared') return { expect: [] };
  if (change.kind === 'unchanged') return { ...current, expect: [] };
  return { scopeId: scope!.id, scopeGuid: guid, expect: [{ id: scope!.id, version: 'present' as const }] };
};

/** The scope's name, and its GUID as it was then: one made since under that name is another scope. */
export const associationOf = (
  stored: JsonObject,
): { readonly scopeId?: string; readonly scopeGuid?: string } => {
  const scopeId = textAt(stored, 'privateLinkScopeResourceId');
  const scopeGuid = textAt(stored, 'privateLinkScopeGuid');
  return { ...(scopeId ? { scopeId } : {}), ...(scopeGuid ? { scopeGuid } : {}) };
};

/** In the directory it is found by its principal. */
const identityClaims = (envelope: JsonObject, { storedId }: Command<MachineProperties>) => {
  const objectId = textAt(objectAt(envelope, 'identity'), 'principalId');
  return objectId === undefined ? [] : [directoryObjectClaim(objectId, storedId)];
};

/** A system-assigned identity is given once and keeps its principal. */
const envelopeOf = (
  { envelope, existing }: Command<MachineProperties>,
  { tenantId }: MachineSurroundings,
  newGuid: () => string,
): JsonObject => {
  const before = isObject(existing?.body.identity) ? existing.body.identity : undefined;
  const asked = isObject(envelope.identity) ? String(envelope.identity.type ?? '') : undefined;
  const kind = envelope.kind ?? existing?.body.kind;
  const assigned = asked?.toLowerCase() === 'systemassigned';
  const identity =
    before ?? (assigned ? { type: 'SystemAssigned', principalId: newGuid(), tenantId } : undefined);
  return withValues({ identity, kind });
};
