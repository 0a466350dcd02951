/** `tombolo apply`: creates the resources of an ARM template, dependencies first, through the public API. */

import { decodeDocument, documentBounds, parseDocumentText } from '@tombolo/azure-documents';
import type { ArmClient } from '../arm-client.ts';
import { orRefused, readBoundedBytes } from '../documents/document-file.ts';
import type { Output } from '../output.ts';
import { connectToServer } from '../server-connection.ts';
import { planTemplate } from '../template.ts';
import { type AddCommand, jsonOption, stateOption } from './command.ts';

export interface Applied {
  readonly id: string;
  readonly feed: number | undefined;
  /** What the write will break although it was allowed. */
  readonly warning?: string;
}

export const addApply: AddCommand = (program, runner) =>
  program
    .command('apply <file>')
    .description('create or update the resources of an ARM template (literal resources, no expressions)')
    .requiredOption(
      '-g, --resource-group <name>',
      'resource group; created when it is missing and --location is given',
    )
    .option('-l, --location <region>', 'region of a resource group that has to be created')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      '\nStops at the first refusal; what was applied before stays and is listed. Applying again is safe.\n\nExit codes: 0 applied, 2 bad template, 5 not running, 8 refused.\n\nExamples:\n  ./tombolo apply examples/quickstart.json -g arc -l japaneast',
    )
    .action(
      (file: string, options: { resourceGroup: string; location?: string; state: string; json?: boolean }) =>
        runner(options.json === true, async (output) => {
          const server = connectToServer(options.state);
          const arm = server.arm();
          try {
            const template = readTemplate(file, {
              subscriptionId: server.credentials.subscriptionId,
              resourceGroup: options.resourceGroup,
            });
            const group = `/subscriptions/${server.credentials.subscriptionId}/resourceGroups/${options.resourceGroup}`;
            const applied = await applyTemplate(arm, group, options.location, template, output);
            output.result({ resources: applied }, () =>
              applied.map((entry) => `applied ${entry.id}`).join('\n'),
            );
            return 0;
          } finally {
            arm.close();
          }
        }),
    );

export interface TemplateTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** `{subscriptionId}` and `{resourceGroup}` in the text stand for the target's, so that ids can be literal. */
export const fillTemplate = (text: string, target: TemplateTarget): unknown =>
  parseDocumentText(
    text
      .replaceAll('{subscriptionId}', target.subscriptionId)
      .replaceAll('{resourceGroup}', target.resourceGroup),
  );

const readTemplate = (file: string, target: TemplateTarget): unknown => {
  const bytes = readBoundedBytes(file, documentBounds);
  return orRefused(file, () => fillTemplate(decodeDocument(bytes), target));
};

export const applyTemplate = async (
  arm: ArmClient,
  group: string,
  location: string | undefined,
  template: unknown,
  output: Output,
): Promise<readonly Applied[]> => {
  const plan = planTemplate(template);
  if (location !== undefined) await arm.send('PUT', `${group}?api-version=2025-04-01`, { location });
  const applied: Applied[] = [];
  for (const [index, resource] of plan.entries()) {
    output.progress(`${index + 1}/${plan.length} ${resource.type} ${resource.name}`);
    const answer = await arm.send(
      'PUT',
      `${group}${resource.path}?api-version=${resource.apiVersion}`,
      resource.body,
    );
    const warning = answer.headers['x-tombolo-warning'];
    if (warning !== undefined) output.progress(`  warning: ${warning}`);
    applied.push({
      id: `${group}${resource.path}`,
      feed: answer.feed,
      ...(warning === undefined ? {} : { warning }),
    });
  }
  return applied;
};
