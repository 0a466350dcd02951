/** `{machine}/upgradeExtensions`: another version for extensions that are there, each with the settings that it has. */

import { armError, type PostAction } from '@tombolo/arm';
import { nameOf, propertiesOf } from '@tombolo/store/document';
import { z } from 'zod';
import { hybridError } from '../refusals.ts';
import { types } from '../types.ts';
import { handlerOf, upgraded, upgradeOperation } from './model.ts';

const target = z.object({
  targetVersion: z
    .string()
    .regex(/^\d{1,5}(\.\d{1,9}){0,3}$/)
    .nullish(),
});
const shape = z.object({ extensionTargets: z.record(z.string().max(512), target) });

export const upgradeExtensions: PostAction = {
  run: async ({ store, newGuid }, id, body) => {
    const parsed = shape.safeParse(body ?? {});
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw hybridError('InvalidUpgrade', [
        `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'invalid'}`,
      ]);
    }
    const machine = await store.get(id.text);
    if (machine?.type !== types.machine)
      throw armError('ResourceNotFound', [`${types.machine}/${nameOf(id.text)}`, id.resourceGroup ?? '']);
    const there = await store.list({ type: types.extension, under: machine.id });
    const wanted = Object.entries(parsed.data.extensionTargets).map(([handler, { targetVersion }]) => {
      // `Microsoft.Azure.Monitor.AzureMonitorLinuxAgent`; lists on the machine have a slash between publisher and type.
      const name = handler.replace('/', '.').toLowerCase();
      const document = there.find((each) => handlerOf(propertiesOf(each)).toLowerCase() === name);
      if (document === undefined)
        throw hybridError('InvalidUpgrade', [`'${machine.id}' has no extension of the handler '${handler}'`]);
      return upgraded(document, targetVersion ?? undefined, newGuid());
    });
    if (wanted.length === 0) throw hybridError('InvalidUpgrade', ['extensionTargets names none']);
    return {
      effects: {
        expect: wanted.map((each) => ({
          id: each.id,
          version: there.find((document) => document.id === each.id)!.version,
        })),
        puts: wanted,
      },
      status: 202,
      operation: {
        ...upgradeOperation(
          wanted.map((each) => ({ id: each.id, generation: String(each.body.properties.work.generation) })),
        ),
        location: String(machine.body.location),
      },
    };
  },
};
