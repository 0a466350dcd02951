/** `tombolo service-tags`: the list of Azure's addresses by tag, kept by version, with its age; needs no installation. */

import type { Command } from 'commander';
import { type AddCommand, groupHelpText } from '../shell/command.ts';
import { addAge, addGenerate } from '../toolbox/service-tags/age-and-generate.ts';
import { addImport } from '../toolbox/service-tags/import.ts';
import { addDiff, addShow } from '../toolbox/service-tags/show-and-diff.ts';

export const addServiceTags: AddCommand = (program, runner) => {
  const tags: Command = program
    .command('service-tags')
    .description('service tags: import, show, compare and watch the age of the published address lists')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo service-tags import ServiceTags_Public_20260810.json',
        './tombolo service-tags show AzureArcInfrastructure --aggregate',
      ),
    );
  addImport(tags, runner);
  addShow(tags, runner);
  addDiff(tags, runner);
  addAge(tags, runner);
  addGenerate(tags, runner);
  return tags;
};
