/** Machine extensions: what a write asks of the machine, and what becomes of one that goes. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import { parentIdOf, propertiesOf, textAt, withValues } from '@tombolo/store/document';
import { workOf } from '@tombolo/store/machine-report';
import type { Json, JsonObject } from '@tombolo/store/port';
import { workOperation } from '../machine-work/operation.ts';
import { progressOf } from '../machine-work/progress.ts';
import { sameJson } from '../machine-work/same-json.ts';
import type { WorkSurroundings } from '../machine-work/surroundings.ts';
import { hybridError } from '../refusals.ts';
import type { ExtensionProperties } from './schema.ts';
import { serviceWarnings } from './services.ts';

/** A handler may take 90 minutes (Learn, "Custom Script Extension for Linux"); its report may take as long as a poll. */
export const runMs = 2 * 3_600_000;
/** Each is a line of what its machine polls for. */
const mostExtensions = 32;

/** What a write needs to know beside the extension itself. */
export interface ExtensionSurroundings extends WorkSurroundings {
  /** The properties of the machine's Private Link Scope. */
  readonly scope: JsonObject | undefined;
}

/** Two of one handler on a machine would undo each other (Azure refuses it, too). */
const handlerKey = (machineId: string, publisher: string, type: string): string =>
  `extension handler ${publisher}.${type} of ${machineId}`.toLowerCase();

export const handlerOf = (properties: JsonObject): string =>
  `${textAt(properties, 'publisher') ?? ''}.${textAt(properties, 'type') ?? ''}`;

/** In Azure's words, which names what is missing with a capital (Azure/azure-powershell#27867, Azure/azure-cli-extensions#2513). */
const refuseNoHandler = (shown: JsonObject, name: string): ArmError | undefined => {
  const missing = (['publisher', 'type'] as const).filter((member) => textAt(shown, member) === undefined);
  if (missing.length === 0) return undefined;
  const said = missing.map((member) => member[0]!.toUpperCase() + member.slice(1)).join(', ');
  return hybridError(
    'HCRP400',
    [
      `The request does not have the mandatory extension properties in the body to perform the operation. Missing properties: ${said} of '${name}'. Give publisher and type, for example Microsoft.Azure.Extensions and CustomScript.`,
    ],
    `properties.${missing[0]}`,
  );
};

export const putExtension = ({
  command,
  loaded,
  newGuid,
}: PutInput<ExtensionProperties, ExtensionSurroundings>): PutDecision | ArmError => {
  const { existing, properties, storedId, id } = command;
  const stored = existing ? propertiesOf(existing) : {};
  const { protectedSettings: _, ...given } = properties;
  const shown = withValues(given as Readonly<Record<string, Json | undefined>>);
  const handler = refuseNoHandler(shown, id.name);
  if (handler) return handler;
  if (existing && handlerOf(stored).toLowerCase() !== handlerOf(shown).toLowerCase())
    return hybridError('ExtensionHandlerCannotBeChanged', [id.name, handlerOf(stored), handlerOf(shown)]);
  if (loaded.sealed === 'refused')
    return hybridError('MachineHasNoKey', [parentIdOf(storedId)], 'properties.protectedSettings');
  if (!existing && loaded.others >= mostExtensions)
    return hybridError('TooManyExtensions', [parentIdOf(storedId), String(mostExtensions)]);

  const before = existing && workOf(existing);
  const sealed = loaded.sealed ?? (loaded.patches ? before?.sealed : undefined);
  const { work: __, ...same } = stored;
  const asItWas = before !== undefined && sameJson(same, shown) && sealed === before.sealed;
  const progress = existing && progressOf(existing, loaded.report);
  // A failed one is tried again; what is on its way, or done, is not done twice.
  const goesOn = asItWas && before.state !== 'Deleting' && progress?.state !== 'Failed';
  const generation = goesOn ? before.generation : newGuid();
  const work = goesOn
    ? (stored.work as JsonObject)
    : withValues({ generation, state: existing ? 'Updating' : 'Creating', sealed });
  const publisher = textAt(shown, 'publisher') ?? '';
  const type = textAt(shown, 'type') ?? '';
  return {
    properties: { ...shown, work },
    effects: {
      claims: [
        {
          key: handlerKey(parentIdOf(storedId), publisher, type),
          value: storedId.toLowerCase(),
          holder: storedId.toLowerCase(),
        },
      ],
    },
    ...(goesOn && progress?.ended !== undefined
      ? {}
      : { operation: workOperation({ items: [{ id: storedId, generation }], runMs }) }),
    warnings: serviceWarnings(`${publisher}/${type}`, loaded.scope),
    // `az connectedmachine extension create` takes 200 and 202, and no 201.
    status: { created: 200, updated: 200 },
  };
};

/** An upgrade asks the machine for another version of what it has, with the settings that it has. */
export const upgraded = (
  document: { readonly id: string; readonly type: string; readonly body: JsonObject },
  version: string | undefined,
  generation: string,
) => {
  const properties = propertiesOf(document);
  const { sealed } = (properties.work ?? {}) as JsonObject;
  return {
    id: document.id,
    type: document.type,
    body: {
      ...document.body,
      properties: {
        ...properties,
        ...(version === undefined ? {} : { typeHandlerVersion: version }),
        work: withValues({ generation, state: 'Updating', sealed }),
      },
    },
  };
};

export const upgradeOperation = (items: readonly { readonly id: string; readonly generation: string }[]) =>
  workOperation({ items, runMs });
