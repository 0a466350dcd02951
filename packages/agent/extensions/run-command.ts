/** Run Command for Linux: a script with parameters in its environment, as another user where the agent may become one. */

import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type ExtensionHandler,
  type HandlerContext,
  type HandlerOutcome,
  HandlerRefusal,
} from './handler.ts';
import type { ScriptResult } from './script-runner.ts';
import { giveTo, takeFrom, type User } from './user-directory.ts';
import type { ExecutionState } from './work.ts';

/** Learn, "Run command on Azure Arc-enabled servers": 90 minutes unless it says otherwise. */
const defaultTimeoutS = 5_400;

const parameters = z.array(z.object({ name: z.string(), value: z.string() }));
const shape = z.object({
  source: z.object({ script: z.string().exactOptional(), scriptUri: z.string().exactOptional() }),
  parameters: parameters.exactOptional(),
  runAsUser: z.string().min(1).exactOptional(),
  timeoutInSeconds: z.number().int().min(1).max(86_400).exactOptional(),
});
const secretShape = z.object({ protectedParameters: parameters.exactOptional() });

const refuse = (code: string, message: string): never => {
  throw new HandlerRefusal(code, message);
};

/** What decides how programs are found or linked, and what a shell takes for commands of its own (bash(1), sh(1)), is not for parameters. */
const reserved =
  /^(PATH|HOME|TOMBOLO_|LD_|BASH_ENV$|ENV$|BASHOPTS$|SHELLOPTS$|PS[0-4]$|PROMPT_COMMAND$|IFS$)/;

/** Names of variables (POSIX.1-2017 §8.1). */
const environmentOf = (all: z.infer<typeof parameters>): Record<string, string> => {
  for (const { name } of all)
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name) || reserved.test(name))
      refuse(
        'InvalidParameters',
        `The parameter '${name.slice(0, 80)}' cannot be an environment variable of the script: choose another name.`,
      );
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
};

/** passwd(5). */
const userOf = async (name: string): Promise<User> => {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  // Lines of another shape (`+` of compat mode, nsswitch.conf(5)) are no users: an empty number is not root's.
  const [, , uid, gid] =
    lines.find(
      ([first, , user = '', group = '']) => first === name && /^\d+$/.test(user) && /^\d+$/.test(group),
    ) ?? refuse('UserNotFound', `There is no user '${name.slice(0, 64)}' on this machine.`);
  return { uid: Number(uid), gid: Number(gid) };
};

const states: Readonly<Record<ScriptResult['ended'], ExecutionState>> = {
  itself: 'Failed',
  'timed-out': 'TimedOut',
  stopped: 'Canceled',
};

const outcomeOf = ({ exitCode, ended, stdout, stderr }: ScriptResult, timeoutS: number): HandlerOutcome => {
  const executionState = exitCode === 0 ? 'Succeeded' : states[ended];
  const message =
    ended === 'timed-out'
      ? `The script took longer than ${timeoutS} s and was ended with all its children.`
      : ended === 'stopped'
        ? 'The script was ended with all its children, because the run command was changed or deleted or the agent stopped.'
        : exitCode === undefined
          ? 'The script was ended by a signal.'
          : `The script ended with exit code ${exitCode}.`;
  return {
    phase: exitCode === 0 ? 'succeeded' : 'failed',
    code: executionState === 'TimedOut' ? 'TimedOut' : String(exitCode ?? executionState),
    message,
    executionState,
    ...(exitCode === undefined ? {} : { exitCode }),
    output: stdout,
    error: stderr,
  };
};

/** A script that names its interpreter runs with it. */
const named = (script: string | undefined): boolean => script?.startsWith('#!') ?? false;

/** Says where the script is while it runs, for an agent that comes after one that was killed. */
const placeFile = 'place';

const abandoned = async (own: string): Promise<void> => {
  const place = await readFile(join(own, placeFile), 'utf8').catch(() => '');
  const owner = place === '' ? undefined : await lstat(place).catch(() => undefined);
  if (owner === undefined) return;
  // Handed over already: it is not walked with more rights than the owner has.
  if (owner.uid === process.getuid?.()) await rm(place, { recursive: true, force: true });
  else await takeFrom(owner, place);
};

const enable = async (context: HandlerContext): Promise<HandlerOutcome> => {
  const open = shape.safeParse(context.settings);
  const secret = secretShape.safeParse(context.protectedSettings);
  if (!open.success || !secret.success)
    return refuse('InvalidSettings', 'The run command has another shape than this agent knows.');
  const { source, runAsUser, timeoutInSeconds = defaultTimeoutS } = open.data;
  const env = environmentOf([...(open.data.parameters ?? []), ...(secret.data.protectedParameters ?? [])]);
  const user = runAsUser === undefined ? undefined : await userOf(runAsUser);
  const own = process.getuid?.();
  if (user !== undefined && own !== 0 && user.uid !== own)
    refuse('RunAsUserNotPossible', `The agent does not run as root and cannot become '${runAsUser}'.`);
  await abandoned(context.directory);
  // Not in the agent's own directory, which no other user may enter.
  const directory = join(tmpdir(), `tombolo-run-command-${randomUUID()}`);
  await writeFile(join(context.directory, placeFile), directory, { mode: 0o600 });
  // Never one that somebody else has made.
  await mkdir(directory, { mode: 0o700 });
  let given: User | undefined;
  try {
    const file = join(directory, 'script.sh');
    if (source.script !== undefined) await writeFile(file, source.script, { mode: 0o700 });
    else if (source.scriptUri !== undefined) {
      const [shown = ''] = source.scriptUri.split('?');
      await context
        .download(source.scriptUri, file)
        .catch((error: Error) =>
          refuse('DownloadFailed', `'${shown}' could not be downloaded: ${error.message}`),
        );
    } else refuse('InvalidSettings', 'There is no script.');
    const becomes = own === 0 && user !== undefined ? user : undefined;
    if (becomes !== undefined) {
      await giveTo(becomes, directory, [file]);
      given = becomes;
    }
    const timeoutMs = timeoutInSeconds * 1_000;
    const result = await context.run({
      command: named(source.script) ? [file] : ['/bin/sh', file],
      cwd: directory,
      env,
      timeoutMs,
      ...(becomes === undefined ? {} : { user: becomes }),
    });
    return outcomeOf(result, timeoutInSeconds);
  } finally {
    await (given ? takeFrom(given, directory) : rm(directory, { recursive: true, force: true }));
  }
};

/** Azure's lists of allowed and blocked extensions name it so. */
export const runCommand: ExtensionHandler = {
  publisher: 'Microsoft.CPlat.Core',
  type: 'RunCommandHandlerLinux',
  version: '1.3.17',
  enable,
  abandoned,
};
