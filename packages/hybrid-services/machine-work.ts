/** Work for machines over the channel that they poll: what there is, each instruction whole, and their reports. */

import { textAt } from '@tombolo/store/document';
import { workKinds } from '@tombolo/store/machine-report';
import { serviceError } from './errors.ts';
import { packageOf } from './extension-packages.ts';
import type { MachineWork } from './machine-work-index.ts';
import { type MachineContext, ok, parseJson } from './operation-context.ts';
import { reportShape } from './report-shape.ts';
import type { ServiceResponse } from './request.ts';

/** What a poll says of it: enough to know whether there is anything new. */
const line = ({ name, generation, state, properties }: MachineWork) => ({
  name,
  generation,
  wanted: state === 'Deleting' ? 'absent' : 'present',
  ...(textAt(properties, 'publisher') === undefined
    ? {}
    : {
        publisher: properties.publisher,
        type: properties.type,
        typeHandlerVersion: properties.typeHandlerVersion,
      }),
});

/** Members of the desired configuration. */
export const workOfMachine = ({ machine, state }: Pick<MachineContext, 'machine' | 'state'>) => {
  const all = state.work(machine.id);
  return {
    extensions: all.filter(({ kind }) => kind === 'extensions').map(line),
    runCommands: all.filter(({ kind }) => kind === 'runCommands').map(line),
  };
};

/** Of the path `/work/{kind}/{name}`. @throws ArmError 404 */
const workAsked = ({ machine, state, parameters }: MachineContext): MachineWork => {
  const [kind, name = ''] = parameters;
  const found = state
    .work(machine.id)
    .find((each) => each.kind === kind && each.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw serviceError('NotFound', [`Work '${kind}/${name}' of ${machine.id}`]);
  return found;
};

/** Protected settings are as they are stored: for the machine's key alone. */
export const instruct = async (context: MachineContext): Promise<ServiceResponse> => {
  const work = workAsked(context);
  const { properties, sealed } = work;
  return ok(
    {
      ...line(work),
      kind: work.kind,
      properties,
      ...(sealed === undefined ? {} : { sealed }),
      ...packageOf(context, work),
    },
    { 'cache-control': 'no-store' },
  );
};

export const takeReport = async (context: MachineContext): Promise<ServiceResponse> => {
  const { authority, machine, now, parameters, request } = context;
  const kind = workKinds.find((known) => known === parameters[0]);
  if (kind === undefined) throw serviceError('NotFound', [`Work of the kind '${parameters[0] ?? ''}'`]);
  const report = { ...parseJson(reportShape, await request.readBody()), time: new Date(now).toISOString() };
  return ok(await authority.recordReport({ machineId: machine.id, kind, name: parameters[1] ?? '', report }));
};
