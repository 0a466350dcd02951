/** The agent's state in one directory: 0700, files 0600, each written whole or not at all, one writer at a time. */

import { existsSync } from 'node:fs';
import { chmod, link, mkdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CloudProfile } from '@tombolo/private-link';
import { effectiveConfiguration, type Settings, settingsOf } from './configuration.ts';
import type { Configuration } from './configuration-property.ts';
import { missing, unwritable } from './directory-fault.ts';
import { openWorkFiles, type WorkFiles } from './extensions/work-files.ts';
import { AgentFailure, NetworkFault, ServiceRefusal } from './failure.ts';
import type { MachineFacts } from './machine-facts.ts';
import { startOf } from './process-start.ts';
import {
  type FileOwner,
  removeAbandoned,
  syncPath,
  temporaryName,
  wholeFiles,
  writeOwned,
} from './whole-file.ts';

export interface ConnectedState {
  readonly format: 1;
  readonly profile: CloudProfile;
  readonly machineId: string;
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly resourceGroup: string;
  readonly resourceName: string;
  readonly location: string;
  readonly correlationId: string;
  readonly vmId: string;
  readonly privateLinkScope?: string;
  readonly hosts: { readonly his: string; readonly ats: string; readonly gas: string; readonly dp: string };
  readonly certificate: { readonly serial: string /** Epoch milliseconds. */; readonly notAfter: number };
  readonly connectedAt: string;
}

/** What `run` last knew; read by `show` and by tests. */
export interface AgentStatus {
  readonly status: 'Connected' | 'Disconnected';
  readonly agentVersion: string;
  readonly machineId?: string;
  readonly lastHeartbeat?: string;
  /** As the service saw it. */
  readonly route?: { readonly kind: 'public' | 'private'; readonly connectionId?: string };
  readonly resolved?: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  readonly agentErrorCode?: string;
  readonly agentErrorDetails?: string;
  readonly agentErrorTimestamp?: string;
  readonly certificate?: { readonly serial: string; readonly notAfter: string };
  readonly configuration?: { readonly etag: string; readonly value: unknown };
  /** What others than the daemon's user may not be able to read of the machine. */
  readonly machine?: MachineFacts;
  /** Where programs of this machine get tokens, or why nowhere; neither: it was not asked for. */
  readonly identityEndpoint?: string | undefined;
  readonly identityEndpointError?: string | undefined;
  readonly heartbeats: number;
  readonly failures: number;
  readonly pid?: number;
  readonly updatedAt: string;
}

/** What the status says of a failure. */
export const errorFields = (
  error: unknown,
  now: number,
): Required<Pick<AgentStatus, 'agentErrorCode' | 'agentErrorDetails' | 'agentErrorTimestamp'>> => {
  const code =
    error instanceof ServiceRefusal || error instanceof AgentFailure
      ? error.code
      : error instanceof NetworkFault
        ? error.reason
        : 'AgentError';
  return {
    agentErrorCode: code,
    agentErrorDetails: (error as Error).message.slice(0, 1000),
    agentErrorTimestamp: new Date(now).toISOString(),
  };
};

/** Where the agent of a whole machine is, which root runs. */
export const machineStateDirectory = '/var/lib/tombolo-agent';

/** `--state-dir`, TOMBOLO_AGENT_STATE, else /var/lib/tombolo-agent for root and ~/.tombolo-agent for others. */
export const stateDirectoryPath = (option: string | undefined, env: NodeJS.ProcessEnv): string =>
  option ??
  env.TOMBOLO_AGENT_STATE ??
  (process.getuid?.() === 0 ? machineStateDirectory : join(homedir(), '.tombolo-agent'));

/** What may be asked of a state directory without changing it. */
export interface StateReader {
  readonly path: string;
  /** Where the daemon's log is. */
  readonly logFile: string;
  readConnected(): Promise<ConnectedState | undefined>;
  readKey(): Promise<string | undefined>;
  readVmId(): Promise<string | undefined>;
  readCertificate(): Promise<string | undefined>;
  readStatus(): Promise<AgentStatus | undefined>;
  /** The machine's settings as they apply: who acts on one asks here. @throws AgentFailure 19 */
  readConfiguration(): Promise<Configuration>;
  /** What somebody set of them. @throws AgentFailure 19 */
  readSettings(): Promise<Settings>;
  /** The process that runs as the daemon of this directory; undefined: none does. */
  daemon(): Promise<number | undefined>;
}

export interface StateDirectory extends StateReader {
  writeSettings(settings: Settings): Promise<void>;
  /** Before the first request that uses them, so that a second attempt is the same machine. */
  writeIdentity(key: string, vmId: string): Promise<void>;
  writeConnected(state: ConnectedState, certificate: string): Promise<void>;
  writeStatus(status: AgentStatus): Promise<void>;
  /** What it was asked to do, and how far that is. */
  openWorkFiles(): Promise<WorkFiles>;
  /** Removes everything that says who the machine is; its settings stay, as it may need them to connect again. */
  forget(): Promise<void>;
  /** One daemon, one changing command. @throws AgentFailure 2. Returns the release. */
  lock(name: 'run' | 'change' | 'configuration'): Promise<() => Promise<void>>;
}

/** Whose lock it is, while that process lives; one that cannot be read is nobody's. */
const holderOf = async (text: string | undefined): Promise<number | undefined> => {
  let holder: { readonly pid?: number; readonly start?: string } = {};
  try {
    holder = JSON.parse(text ?? '{}');
  } catch {}
  const { pid, start } = holder;
  return pid !== undefined && start !== undefined && (await startOf(pid)) === start ? pid : undefined;
};

/**
 * For commands that change nothing: what is not there is not made, and whose it is does not matter where the modes allow it.
 * Every method throws AgentFailure 18 where they do not.
 */
export const readStateDirectory = (path: string): StateReader => {
  const file = (name: string): string => join(path, name);
  const read = (name: string): Promise<string | undefined> =>
    readFile(file(name), 'utf8').catch(missing(path));
  const readJson = async <T>(name: string): Promise<T | undefined> => {
    const text = await read(name);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new AgentFailure(1, `'${file(name)}' is damaged.`, {
        fix: 'Run ./tombolo-agent disconnect --force-local-only and connect again.',
      });
    }
  };
  const readSettings = async (): Promise<Settings> => {
    const where = file('configuration.json');
    const text = await read('configuration.json');
    if (text === undefined) return {};
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (error) {
      throw new AgentFailure(19, `'${where}' cannot be used: ${(error as Error).message}.`);
    }
    return settingsOf(content, where);
  };
  return {
    path,
    logFile: file('log/agent.log'),
    readConnected: () => readJson('agent.json'),
    readKey: () => read('key.pem'),
    readVmId: async () => (await readJson<{ readonly vmId: string }>('machine.json'))?.vmId,
    readCertificate: () => read('certificate.pem'),
    readStatus: () => readJson('status.json'),
    readConfiguration: async () => effectiveConfiguration(await readSettings()),
    readSettings,
    daemon: async () => holderOf(await read('run.lock')),
  };
};

/** Whose files have to be here: root's commands write for the user that the daemon runs as. Undefined: those who write them. */
const makeDirectory = async (path: string): Promise<FileOwner | undefined> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, gid, mode } = await stat(path);
  const own = process.getuid?.();
  const others = own !== undefined && uid !== own;
  if (others && own !== 0) throw new Error('it belongs to another user');
  if ((mode & 0o077) !== 0) await chmod(path, 0o700);
  return others ? { uid, gid } : undefined;
};

/** What agent.json is called while a machine is being forgotten. */
const forgotten = 'agent.json.forgotten';

/** @throws AgentFailure 18 where the directory cannot be made or is open to others */
export const openStateDirectory = async (path: string): Promise<StateDirectory> => {
  let owner: FileOwner | undefined;
  try {
    owner = await makeDirectory(path);
  } catch (error) {
    const why = unwritable(path, error);
    if (why instanceof AgentFailure) throw why;
    throw new AgentFailure(18, `The state directory '${path}' cannot be used: ${(error as Error).message}.`);
  }
  const reader = readStateDirectory(path);
  const file = (name: string): string => join(path, name);
  const write = wholeFiles(path, (error) => unwritable(path, error), owner);
  const removeRest = async (): Promise<void> => {
    for (const name of ['certificate.pem', 'key.pem', 'machine.json', 'status.json'])
      await rm(file(name), { force: true });
    await rm(file('work'), { recursive: true, force: true });
    await rm(file(forgotten), { force: true });
    await syncPath(path);
  };
  await removeAbandoned(path);
  // A `disconnect` that was killed: whoever comes next makes an end of it.
  if (existsSync(file(forgotten)))
    await removeRest().catch((error: unknown) => {
      throw unwritable(path, error);
    });

  const lock = async (name: 'run' | 'change' | 'configuration'): Promise<() => Promise<void>> => {
    if (name === 'run' && owner !== undefined)
      throw new AgentFailure(
        18,
        `The state directory '${path}' is of user ${owner.uid}, and root runs this.`,
        {
          fix: 'Start the daemon as that user: systemctl start tombolo-agent.',
        },
      );
    const target = file(`${name}.lock`);
    const mine = JSON.stringify({ pid: process.pid, start: await startOf(process.pid) });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      // Linked into place whole, so that nobody reads half a lock.
      const temporary = file(await temporaryName(`${name}.lock`));
      await writeOwned(temporary, mine, owner).catch(async (error: unknown) => {
        await unlink(temporary).catch(() => {});
        throw unwritable(path, error);
      });
      try {
        await link(temporary, target);
        return () => unlink(target).catch(() => {});
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(path, error);
      } finally {
        await unlink(temporary);
      }
      const pid = await holderOf(await readFile(target, 'utf8').catch(() => undefined));
      if (pid !== undefined) throw new AgentFailure(2, `Process ${pid} holds '${target}'.`);
      // Its process is gone.
      await unlink(target).catch(() => {});
    }
    throw new AgentFailure(2, `'${target}' is taken again and again.`);
  };

  return {
    ...reader,
    writeSettings: (settings) => write('configuration.json', JSON.stringify(settings, undefined, 2)),
    writeIdentity: async (key, vmId) => {
      await write('key.pem', key);
      await write('machine.json', JSON.stringify({ vmId }));
    },
    writeConnected: async (state, certificate) => {
      await write('certificate.pem', certificate);
      // Last: its presence is what "connected" means.
      await write('agent.json', JSON.stringify(state, undefined, 2));
    },
    writeStatus: (status) => write('status.json', JSON.stringify(status, undefined, 2), false),
    openWorkFiles: () => openWorkFiles(path),
    forget: async () => {
      // First, and at once: its absence is what "not connected" means, and the daemon stops writing. It needs no room on the disk.
      await rename(file('agent.json'), file(forgotten)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw unwritable(path, error);
      });
      await removeRest();
    },
    lock,
  };
};
