/** `tombolo activity`: who wrote what, and what was refused. */

import type { AuditEntry } from '@tombolo/store/port';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { table } from '../shell/output.ts';
import { anyId, valued, wholeNumber } from '../shell/values.ts';

export const addActivity: AddCommand = (program, runner) =>
  program
    .command('activity')
    .description('show the newest lines of the activity log: every write and every refused request')
    .addOption(valued('--limit <number>', 'at most this many lines, up to 1000', wholeNumber(1, 1_000), 50))
    .addOption(valued('--resource <id>', 'only of this resource', anyId))
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'shown', 5: 'not running' },
        examples: ['./tombolo activity', './tombolo activity --limit 200 --json'],
      }),
    )
    .action((options: { limit: number; resource?: string; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const query = new URLSearchParams({
          limit: String(options.limit),
          ...(options.resource === undefined ? {} : { resource: options.resource }),
        });
        const answer = await connectToServer(options.state).ask('GET', `/activity?${query}`);
        // Control's own rows.
        const entries = answer.value as unknown as readonly AuditEntry[];
        output.result(entries, () =>
          entries.length === 0
            ? `The activity log has no line${options.resource === undefined ? '' : ` of ${options.resource}: nothing was written to it or refused`}.`
            : table(['time', 'status', 'action', 'resource', 'code'], entries.map(rowOf)),
        );
        return 0;
      }),
    );

const rowOf = (entry: AuditEntry): string[] => [
  new Date(entry.at).toISOString(),
  String(entry.status),
  entry.action,
  entry.resourceId,
  entry.code ?? '',
];
