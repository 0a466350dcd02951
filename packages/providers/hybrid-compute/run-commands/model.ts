/** Run commands: a script that a machine runs once for each change of what is asked. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import { objectAt, parentIdOf, propertiesOf, textAt, withValues } from '@tombolo/store/document';
import { workOf } from '@tombolo/store/machine-report';
import type { Json, JsonObject } from '@tombolo/store/port';
import { workOperation } from '../machine-work/operation.ts';
import { progressOf } from '../machine-work/progress.ts';
import { sameJson } from '../machine-work/same-json.ts';
import type { WorkSurroundings } from '../machine-work/surroundings.ts';
import { hybridError } from '../refusals.ts';
import type { RunCommandProperties } from './schema.ts';

/** Learn, "Run command on Azure Arc-enabled servers": 90 minutes unless it says otherwise. */
const defaultTimeoutS = 5_400;
/** Downloads, and the agent's next word. */
const aroundRunMs = 30 * 60_000;
/** Learn: 25 run commands run at a time. */
const mostRunCommands = 25;

/** What is not served is refused by name: a script without its output where it was wanted is half of what was asked for. */
const refuseUnserved = (shown: JsonObject, name: string): ArmError | undefined => {
  const source = objectAt(shown, 'source');
  const script = textAt(source, 'script');
  const scriptUri = textAt(source, 'scriptUri');
  const field = (['outputBlobUri', 'errorBlobUri'] as const).find(
    (each) => textAt(shown, each) !== undefined,
  );
  if (field !== undefined) return hybridError('RunCommandNotServed', [name, field], `properties.${field}`);
  if (textAt(source, 'commandId') !== undefined)
    return hybridError('RunCommandNotServed', [name, 'source.commandId'], 'properties.source.commandId');
  if ((script === undefined) === (scriptUri === undefined))
    return hybridError('RunCommandWithoutScript', [name], 'properties.source');
  return undefined;
};

export const putRunCommand = ({
  command,
  loaded,
  newGuid,
}: PutInput<RunCommandProperties, WorkSurroundings>): PutDecision | ArmError => {
  const { existing, properties, storedId, id } = command;
  const stored = existing ? propertiesOf(existing) : {};
  const { protectedParameters: _, runAsPassword: __, source, ...given } = properties;
  const shown = withValues({
    ...(given as Readonly<Record<string, Json | undefined>>),
    source: withValues({ ...source }),
  });
  const unserved = refuseUnserved(shown, id.name);
  if (unserved !== undefined) return unserved;
  if (loaded.sealed === 'refused')
    return hybridError('MachineHasNoKey', [parentIdOf(storedId)], 'properties.protectedParameters');
  if (!existing && loaded.others >= mostRunCommands)
    return hybridError('TooManyRunCommands', [parentIdOf(storedId), String(mostRunCommands)]);
  const before = existing && workOf(existing);
  const sealed = loaded.sealed ?? (loaded.patches ? before?.sealed : undefined);
  const { work: ___, ...same } = stored;
  const asItWas = before !== undefined && sameJson(same, shown) && sealed === before.sealed;
  const progress = existing && progressOf(existing, loaded.report);
  const goesOn = asItWas && before.state !== 'Deleting' && progress?.state !== 'Failed';
  const generation = goesOn ? before.generation : newGuid();
  const seconds = typeof shown.timeoutInSeconds === 'number' ? shown.timeoutInSeconds : defaultTimeoutS;
  const operation = workOperation({
    items: [{ id: storedId, generation }],
    runMs: seconds * 1_000 + aroundRunMs,
    endsWhenBegun: shown.asyncExecution === true,
  });
  return {
    properties: {
      ...shown,
      work: goesOn
        ? (stored.work as JsonObject)
        : withValues({ generation, state: existing ? 'Updating' : 'Creating', sealed }),
    },
    ...(goesOn && progress?.ended !== undefined ? {} : { operation }),
  };
};
