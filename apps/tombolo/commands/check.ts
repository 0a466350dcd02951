/** `tombolo check`: are the store and the copies of its followers whole, and do they say the same? */

import { join } from 'node:path';
import { checkFollower, checkStore, type FollowerCheck } from '@tombolo/store';
import {
  findStateDirectory,
  followedFile,
  followerNames,
  storeFile,
} from '../installation/state-directory.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { table } from '../shell/output.ts';

const words: Readonly<Record<FollowerCheck['compared'], string>> = {
  equal: 'equal to the store',
  different: 'different from the store',
  behind: 'whole; behind the store, so not compared',
  'of another epoch': 'whole; of another epoch, so not compared',
  absent: 'none yet',
  unreadable: 'cannot be read',
};

const fixes = {
  store: 'Stop the installation, keep the file aside, and restore a backup: ./tombolo restore --help',
  copy: 'Stop the installation and delete this file: the follower starts anew from the store.',
} as const;

export const addCheck: AddCommand = (program, runner) =>
  program
    .command('check')
    .description('verify the store, each page of it, and the copies of its followers; running or stopped')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'whole', 3: 'there is no installation', 9: 'something is damaged or different' },
        examples: ['./tombolo check', './tombolo check --state /var/lib/tombolo --json'],
      }),
    )
    .action((options: { state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const state = findStateDirectory(options.state);
        const path = join(state.of('control'), storeFile);
        const store = checkStore(path);
        const copies = followerNames.map((name) => ({
          name,
          ...checkFollower(join(state.of(name), followedFile), path),
        }));
        const faulty = [
          ...(store.faults.length > 0 ? [{ ...store, fix: fixes.store }] : []),
          ...copies.flatMap((copy) => (copy.faults.length > 0 ? [{ ...copy, fix: fixes.copy }] : [])),
        ];
        output.result({ whole: faulty.length === 0, store, followers: copies }, () =>
          [
            table(
              ['file', 'documents', 'at', 'state'],
              [
                [
                  'store',
                  String(store.documents ?? ''),
                  String(store.through ?? ''),
                  store.faults.length === 0 ? 'whole' : 'damaged',
                ],
                ...copies.map(({ name, documents, through, compared }) => [
                  name,
                  String(documents ?? ''),
                  String(through ?? ''),
                  words[compared],
                ]),
              ],
            ),
            ...faulty.flatMap(({ path: file, faults, fix }) => [
              `${file}:`,
              ...faults.map((fault) => `  ${fault}`),
              `  → ${fix}`,
            ]),
          ].join('\n'),
        );
        return faulty.length === 0 ? 0 : 9;
      }),
    );
