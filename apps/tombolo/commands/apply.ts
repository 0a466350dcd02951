/** `tombolo apply`: creates the resources of an ARM template, dependencies first, through the public API. */

import { decodeDocument, documentBounds } from '@tombolo/azure-documents';
import { applyTemplate, fillTemplate, type TemplateTarget } from '../installation/apply-template.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { region, resourceGroup, valued } from '../shell/values.ts';
import { orRefused, placeOf, readBoundedBytes } from '../toolbox/documents/document-file.ts';

export const addApply: AddCommand = (program, runner) =>
  program
    .command('apply <file>')
    .description('create or update the resources of an ARM template (literal resources, no expressions)')
    .addOption(
      valued(
        '-g, --resource-group <name>',
        'resource group; created when it is missing and --location is given',
        resourceGroup,
      ).makeOptionMandatory(),
    )
    .addOption(valued('-l, --location <region>', 'region of a resource group that has to be created', region))
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Stops at the first refusal; what was applied before stays and is listed. Applying again is safe.',
        ],
        exits: { 0: 'applied', 2: 'bad template', 5: 'not running', 8: 'refused' },
        examples: ['./tombolo apply examples/quickstart.json -g arc -l japaneast'],
      }),
    )
    .action(
      (file: string, options: { resourceGroup: string; location?: string; state: string; json?: boolean }) =>
        runner(options.json === true, async (output) => {
          const bytes = readBoundedBytes(file, documentBounds);
          const server = connectToServer(options.state);
          const arm = server.arm();
          try {
            const template = readTemplate(file, bytes, {
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

const readTemplate = (file: string, bytes: Uint8Array, target: TemplateTarget): unknown =>
  orRefused(placeOf(file), () => fillTemplate(decodeDocument(bytes), target));
