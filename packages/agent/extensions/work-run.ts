/** One piece of work: judged by the machine's own controls, then done by its handler. */

import { mkdir, rm } from 'node:fs/promises';
import { endGroup, openCpuLimit } from './cpu-limit.ts';
import type { ExtensionHandler, HandlerContext } from './handler.ts';
import { HandlerRefusal } from './handler.ts';
import { endMarked } from './marked-processes.ts';
import { type ExtensionControls, refusalOf } from './obedience.ts';
import { packagedHandler } from './package/packaged-handler.ts';
import { runCommand } from './run-command.ts';
import { runScript } from './script-runner.ts';
import type { WorkReport } from './work.ts';
import type { WorkFiles, WorkState } from './work-files.ts';

export interface WorkRunOptions {
  readonly files: WorkFiles;
  /** The agent's own; every other comes as a package. */
  readonly handlers: readonly ExtensionHandler[];
  /** PEM: who may vouch for a package. */
  readonly authorities: readonly string[];
  /** As they are now: they may have been changed since the last. */
  readonly controls: () => Promise<ExtensionControls>;
  readonly unseal: (sealed: string) => Promise<string>;
  readonly download: (url: string, file: string, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
}

/** Where control groups of version 2 are mounted. */
const groups = '/sys/fs/cgroup';

type Outcome = Omit<WorkReport, 'generation'>;

export interface WorkRun {
  /** `begin` is called before the first program is started. */
  enable(state: WorkState, signal: AbortSignal, begin: () => Promise<void>): Promise<Outcome>;
  remove(state: WorkState, signal: AbortSignal): Promise<void>;
  /** Of a run that nobody watches any more. */
  endRemains(state: WorkState): Promise<void>;
}

const handlerOf = ({ kind, instruction }: Pick<WorkState, 'kind' | 'instruction'>): string => {
  const { publisher, type } = kind === 'runCommands' ? runCommand : (instruction ?? {});
  return `${publisher ?? ''}/${type ?? ''}`;
};

const failed = (code: string, message: string): Outcome => ({
  phase: 'failed',
  code,
  message,
  executionState: 'Failed',
});

export const createWorkRun = (options: WorkRunOptions): WorkRun => {
  const { files, handlers, controls, unseal, download, log } = options;

  const find = (state: WorkState): ExtensionHandler => {
    const wanted = handlerOf(state).toLowerCase();
    const own = handlers.find(({ publisher, type }) => `${publisher}/${type}`.toLowerCase() === wanted);
    const { publisher = '', type = '', typeHandlerVersion, package: offered } = state.instruction ?? {};
    const { authorities, now } = options;
    return own ?? packagedHandler({ publisher, type, asked: typeHandlerVersion, offered, authorities, now });
  };

  const contextOf = (
    state: WorkState,
    signal: AbortSignal,
    protectedSettings: HandlerContext['protectedSettings'],
    begin: () => Promise<void>,
  ): HandlerContext => {
    const { kind, name, generation, instruction } = state;
    const settings = kind === 'runCommands' ? instruction?.properties : instruction?.properties.settings;
    let begun = false;
    return {
      name,
      settings: (settings ?? {}) as HandlerContext['settings'],
      protectedSettings,
      directory: files.directoryOf(kind, name),
      signal,
      download: (url, file) => download(url, file, signal),
      run: async (script) => {
        if (!begun) await begin();
        begun = true;
        const marker = `${files.markerOf(kind, name)}.${generation}`;
        const percent = (await controls())['extensions.agent.cpulimit'];
        const limit = await openCpuLimit({
          name: files.markerOf(kind, name),
          percent,
          root: groups,
        });
        if (!limit.limited) log('info', 'the CPU is not limited', { name, why: limit.why });
        try {
          return await runScript(script, { marker, limit, signal });
        } finally {
          if (limit.limited) await limit.close();
        }
      },
    };
  };

  const secretsOf = async (sealed: string | undefined): Promise<HandlerContext['protectedSettings']> => {
    if (sealed === undefined) return {};
    try {
      return JSON.parse(await unseal(sealed)) as HandlerContext['protectedSettings'];
    } catch {
      throw new HandlerRefusal(
        'UnreadableProtectedSettings',
        'The protected settings are not encrypted to this machine’s key, or damaged. Send the request again.',
      );
    }
  };

  const endRemains = async (state: WorkState): Promise<void> => {
    const marker = files.markerOf(state.kind, state.name);
    await endGroup({ root: groups, name: marker });
    await endMarked(`${marker}.`);
    await find(state)?.abandoned?.(files.directoryOf(state.kind, state.name));
  };

  return {
    enable: async (state, signal, begin) => {
      const refusal = refusalOf(handlerOf(state), await controls());
      if (refusal !== undefined) return failed(refusal.code, refusal.message);
      const handler = find(state);
      try {
        const secrets = await secretsOf(state.instruction?.sealed);
        const context = contextOf(state, signal, secrets, begin);
        await mkdir(context.directory, { recursive: true, mode: 0o700 });
        return { handlerVersion: handler.version, ...(await handler.enable(context)) };
      } catch (error) {
        if (error instanceof HandlerRefusal) return failed(error.code, error.message);
        return failed('HandlerFailed', `The handler failed: ${(error as Error).message}`);
      }
    },
    remove: async (state, signal) => {
      const context = contextOf(state, signal, {}, async () => {});
      await find(state).remove?.(context);
      await endRemains(state);
      await rm(context.directory, { recursive: true, force: true });
    },
    endRemains,
  };
};
