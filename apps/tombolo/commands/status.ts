/** `tombolo status`: is everything up, and has every follower applied what was written? */

import type { CatchingUp } from '@tombolo/store';
import { connectToServer } from '../installation/server-connection.ts';
import { runningProcess } from '../installation/state-directory.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { table } from '../shell/output.ts';

/** Connections by why a bound cut them off, since the process started. */
type CutOff = Readonly<Record<string, number>>;

interface FollowerStatus {
  readonly name: string;
  readonly applied: number;
  readonly behind: number;
  readonly converged: boolean;
  readonly stale: boolean;
  /** Present in the middle of a long round of the feed. */
  readonly catchingUp?: CatchingUp;
  readonly lastAcknowledgement?: string;
  readonly report: {
    readonly unrealized?: readonly {
      readonly address: string;
      readonly reason: string;
      readonly fix: string;
    }[];
    /** How many there are, where they are not all listed. */
    readonly unrealizedCount?: number;
    readonly cutOff?: CutOff;
  };
}

export const addStatus: AddCommand = (program, runner) =>
  program
    .command('status')
    .description('show what runs and how far each follower is')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'all converged', 5: 'not running', 9: 'a follower is stale or behind' },
        examples: ['./tombolo status', './tombolo status --state /var/lib/tombolo --json'],
      }),
    )
    .action((options: { state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const server = connectToServer(options.state);
        const status = await server.ask('GET', '/status');
        // As control answers; both are of one version.
        const followers = status.followers as unknown as readonly FollowerStatus[];
        const shown = {
          pid: runningProcess(server.state),
          resourceManager: server.origin,
          dns: `${server.installation.addresses.dns}:${server.installation.ports.dns}`,
          services: `${server.installation.addresses.services}:${server.installation.ports.https}`,
          ...status,
        };
        output.result(shown, () => text(shown, Number(status.feed), followers, status.cutOff as CutOff));
        return followers.every((follower) => follower.converged && !follower.stale) ? 0 : 9;
      }),
    );

const stateOf = ({ converged, behind, catchingUp }: FollowerStatus): string => {
  if (converged) return 'converged';
  if (catchingUp === undefined) return `${behind} behind`;
  const { percent, secondsLeft } = catchingUp;
  return `${behind} behind, takes in ${percent} %${secondsLeft === undefined ? '' : `, ${secondsLeft} s left`}`;
};

const text = (
  shown: { pid: number | undefined; resourceManager: string; dns: string; services: string },
  feed: number,
  followers: readonly FollowerStatus[],
  cutOff: CutOff,
): string => {
  const rows = followers.map((follower) => [
    follower.name,
    String(follower.applied),
    stateOf(follower),
    follower.stale ? 'stale' : (follower.lastAcknowledgement ?? 'never'),
  ]);
  const unrealized = followers.flatMap((follower) => follower.report.unrealized ?? []);
  return [
    `tombolo runs as process ${shown.pid ?? 'unknown'}, feed ${feed}`,
    `ARM and sign-in ${shown.resourceManager}   services ${shown.services}   DNS ${shown.dns}`,
    table(['follower', 'applied', 'state', 'last acknowledgement'], rows),
    ...unrealized.map((listener) => `unrealized: ${listener.address}: ${listener.reason} → ${listener.fix}`),
    ...[{ name: 'control', report: { cutOff } }, ...followers].flatMap(({ name, report }) =>
      Object.entries(report.cutOff ?? {}).map(
        ([reason, count]) => `cut off: ${count} connections of ${name} since it started (${reason})`,
      ),
    ),
    ...followers.flatMap(({ name, report: { unrealizedCount: all, unrealized = [] } }) =>
      all === undefined ? [] : [`unrealized: ${all - unrealized.length} more of ${name}`],
    ),
  ].join('\n');
};
