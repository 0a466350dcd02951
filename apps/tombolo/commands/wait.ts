/** `tombolo wait`: until every follower has acknowledged a feed number. */

import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { seconds, valued, wholeNumber } from '../shell/values.ts';

export const addWait: AddCommand = (program, runner) =>
  program
    .command('wait')
    .description('wait until every follower has applied a change')
    .addOption(
      valued(
        '--applied <feed>',
        'feed number (the x-tombolo-feed header of a write); default: the newest',
        wholeNumber(0, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(valued('--timeout <seconds>', 'give up after, at most 600', seconds(600), 30))
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'applied', 7: 'not within the time', 5: 'not running' },
        examples: ['./tombolo wait', './tombolo wait --applied 42 --timeout 10 --json'],
      }),
    )
    .action((options: { applied?: number; timeout: number; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const query = new URLSearchParams({
          timeout: String(options.timeout),
          ...(options.applied === undefined ? {} : { applied: String(options.applied) }),
        });
        const waited = await connectToServer(options.state).ask('GET', `/wait?${query}`);
        if (waited.converged !== true) {
          throw new CommandError(
            'Timeout',
            `Feed ${waited.applied} was not applied by ${(waited.behind as string[]).join(', ')} within ${options.timeout} s.`,
            '"./tombolo status" shows each follower; its log says why.',
          );
        }
        output.result(waited, () => `feed ${waited.applied} is applied everywhere`);
        return 0;
      }),
    );
