/** `tombolo activity`: who wrote what, and what was refused. */

import type { AuditEntry } from '@tombolo/store/port';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { table } from '../shell/output.ts';

export const addActivity: AddCommand = (program, runner) =>
  program
    .command('activity')
    .description('show the newest lines of the activity log: every write and every refused request')
    .option('--limit <number>', 'at most this many lines, up to 1000', '50')
    .option('--resource <id>', 'only of this resource')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'shown', 5: 'not running' },
        examples: ['./tombolo activity', './tombolo activity --limit 200 --json'],
      }),
    )
    .action((options: { limit: string; resource?: string; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const query = new URLSearchParams({
          limit: options.limit,
          ...(options.resource === undefined ? {} : { resource: options.resource }),
        });
        const answer = await connectToServer(options.state).ask('GET', `/activity?${query}`);
        // Control's own rows.
        const entries = answer.value as unknown as readonly AuditEntry[];
        output.result(entries, () =>
          table(['time', 'status', 'action', 'resource', 'code'], entries.map(rowOf)),
        );
        return 0;
      }),
    );

const rowOf = (entry: AuditEntry): string[] => [
  new Date(entry.at).toISOString(),
  String(entry.status),
  entry.action,
  entry.resourceId.length > 80 ? `…${entry.resourceId.slice(-79)}` : entry.resourceId,
  entry.code ?? '',
];
