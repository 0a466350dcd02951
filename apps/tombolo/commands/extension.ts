/** `tombolo extension`: the extension packages that the running installation hands its machines. */

import { resolve } from 'node:path';
import type { JsonObject } from '@tombolo/store/port';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { table } from '../shell/output.ts';

interface Options {
  readonly state: string;
  readonly json?: boolean;
}

const shownAs = ({ publisher, type, version }: JsonObject): string => `${publisher}/${type}/${version}`;

/** `Publisher/Type/1.2.0`. */
const parseName = (text: string): JsonObject => {
  const [publisher, type, version, ...more] = text.split('/');
  if (publisher && type && version && more.length === 0) return { publisher, type, version };
  throw new CommandError(
    'InvalidArgument',
    `'${text}' names no package.`,
    'Write Publisher/Type/Version, as "./tombolo extension list" shows it.',
  );
};

export const addExtension: AddCommand = (program, runner) => {
  const extension = program
    .command('extension')
    .description('extension packages that the running installation signs and hands its machines')
    .addHelpText('after', groupHelpText('./tombolo extension add lamp.zip', './tombolo extension list'));
  extension
    .command('add <file>')
    .description('take in a package: a ZIP file with manifest.json and its handler (docs/extensions.md)')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'added, or there already', 5: 'not running', 8: 'refused: the message says why' },
        examples: ['./tombolo extension add lamp-1.2.0.zip'],
      }),
    )
    .action((file: string, options: Options) =>
      runner(options.json === true, async (output) => {
        const answer = await connectToServer(options.state).ask('POST', '/extensions', {
          path: resolve(file),
        });
        const { upgrading } = answer;
        output.result(
          answer,
          () =>
            `added ${shownAs(answer)} (SHA-256 ${answer.sha256})${upgrading === 0 ? '' : `; ${upgrading} machines are asked to upgrade`}`,
        );
        return 0;
      }),
    );
  extension
    .command('list')
    .description('packages with their versions, newest first')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'listed', 5: 'not running', 8: 'refused' },
        examples: ['./tombolo extension list', './tombolo extension list --json'],
      }),
    )
    .action((options: Options) =>
      runner(options.json === true, async (output) => {
        const answer = await connectToServer(options.state).ask('GET', '/extensions');
        const packages = answer.value as readonly JsonObject[];
        output.result(answer, () =>
          packages.length === 0
            ? 'no packages'
            : table(
                ['package', 'bytes', 'SHA-256', 'file'],
                packages.map((each) => [
                  shownAs(each),
                  String(each.size),
                  String(each.sha256),
                  each.missing === true ? 'missing: add it again' : 'here',
                ]),
              ),
        );
        return 0;
      }),
    );
  extension
    .command('remove <name>')
    .description('forget a package; on machines that have it, it stays')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: {
          0: 'removed',
          2: 'no name of a package',
          5: 'not running',
          8: 'there is none, or it was refused',
        },
        examples: ['./tombolo extension remove Lamp.Makers/Lamp/1.2.0'],
      }),
    )
    .action((name: string, options: Options) =>
      runner(options.json === true, async (output) => {
        const answer = await connectToServer(options.state).ask(
          'POST',
          '/extensions/remove',
          parseName(name),
        );
        output.result(answer, () => `removed ${shownAs(answer)}`);
        return 0;
      }),
    );
  return extension;
};
