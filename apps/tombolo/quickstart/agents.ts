/** The quickstart's servers: real agent processes, each with a state directory of its own. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AgentStatus } from '@tombolo/agent';
import type { CloudProfile } from '@tombolo/private-link';
import type { ServerConnection } from '../installation/server-connection.ts';
import { writePrivateFile } from '../installation/state-directory.ts';
import { CommandError } from '../shell/command-error.ts';
import { location, resourceGroup } from './topology.ts';

export interface ServerOptions {
  readonly name: string;
  readonly profile: CloudProfile;
  readonly scopeId?: string;
}

/** What `connect` answered. */
export interface ConnectOutcome {
  readonly exitCode: number;
  /** `Connected`, AZCM code, or the service's code where the service refused. */
  readonly result: string;
  readonly message: string;
}

export interface QuickstartServer {
  readonly name: string;
  readonly connect: (...flags: readonly string[]) => Promise<ConnectOutcome>;
  /** Starts the daemon; `heartbeatSeconds` between heartbeats. */
  readonly run: (heartbeatSeconds: number) => void;
  readonly status: () => AgentStatus | undefined;
  /** Resolves once the status file satisfies; throws NotAsExpected after two minutes, or when it is closed. */
  readonly until: (what: string, satisfied: (status: AgentStatus) => boolean) => Promise<AgentStatus>;
  /** Ends what runs of it; it can be run again. */
  readonly stop: () => Promise<void>;
  /** Ends it for good: whatever is still asked of it is refused. */
  readonly close: () => Promise<void>;
}

const own = fileURLToPath(import.meta.url);
/** The agent's program: in a release it lies beside this one. */
const bin = own.endsWith('.ts')
  ? join(dirname(own), '..', '..', 'agent', 'bin.mjs')
  : join(dirname(own), 'tombolo-agent.mjs');
/** For a machine on which much else runs. */
const patienceMs = 120_000;
const lookEveryMs = 50;

export const createServer = (server: ServerConnection, options: ServerOptions): QuickstartServer => {
  const directory = join(server.state.path, 'agents', options.name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const profileFile = join(server.state.path, 'agents', `${options.name}.profile.json`);
  writePrivateFile(profileFile, JSON.stringify(options.profile));
  const running = new Set<ChildProcess>();
  let closed = false;
  const start = (args: readonly string[], stdio: StdioOptions, env = process.env): ChildProcess => {
    if (closed) throw new CommandError('Failed', `${options.name} has ended.`, 'Start the quickstart again.');
    const child = spawn(process.execPath, [bin, ...args], { env, stdio });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };

  const status = (): AgentStatus | undefined => {
    const path = join(directory, 'status.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as AgentStatus) : undefined;
  };

  const connect = async (...flags: readonly string[]): Promise<ConnectOutcome> => {
    if (existsSync(join(directory, 'agent.json')))
      return { exitCode: 0, result: 'Connected', message: 'connected before' };
    const { credentials } = server;
    const given = [
      'connect',
      '--json',
      '--state-dir',
      directory,
      '--cloud-profile',
      profileFile,
      '-s',
      credentials.subscriptionId,
      '-t',
      credentials.tenantId,
    ];
    const place = ['-g', resourceGroup, '-l', location, '-n', options.name, '-i', credentials.clientId];
    const scope = options.scopeId === undefined ? [] : ['--private-link-scope', options.scopeId];
    // The secret goes by the environment: an argument list is for everyone to read.
    const env = { ...process.env, AZCMAGENT_SERVICE_PRINCIPAL_SECRET: credentials.clientSecret };
    // With the channel it ends when this process is gone.
    const child = start([...given, ...place, ...scope, ...flags], ['ignore', 'pipe', 'ignore', 'ipc'], env);
    return connectOutcome(await outputOf(child));
  };

  const stop = async (): Promise<void> => {
    await Promise.all([...running].map(end));
  };

  return {
    name: options.name,
    connect,
    status,
    run: (heartbeatSeconds) => {
      const daemon = start(
        ['run', '--state-dir', directory, '--heartbeat-interval', String(heartbeatSeconds)],
        ['ignore', 'ignore', 'pipe', 'ipc'],
      );
      daemon.stderr?.pipe(
        createWriteStream(join(server.state.path, 'agents', `${options.name}.ndjson`), {
          flags: 'a',
          mode: 0o600,
        }),
      );
    },
    until: async (what, satisfied) => {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const seen = status();
        if (seen && satisfied(seen)) return seen;
        if (closed || Date.now() > deadline) {
          throw new CommandError(
            'NotAsExpected',
            `${options.name} did not become ${what} within ${patienceMs / 1000} s; it is ${seen?.status ?? 'without a status'} (${seen?.agentErrorCode ?? 'no error'}).`,
            `Its log is ${directory}.ndjson.`,
          );
        }
        await delay(lookEveryMs);
      }
    },
    stop,
    close: () => {
      closed = true;
      return stop();
    },
  };
};

const outputOf = (child: ChildProcess): Promise<{ exitCode: number; stdout: string }> =>
  new Promise((resolve, reject) => {
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, stdout }));
  });

const connectOutcome = ({ exitCode, stdout }: { exitCode: number; stdout: string }): ConnectOutcome => {
  const answer = JSON.parse(stdout || '{}') as {
    error?: { code: string; message: string; serviceCode: string | null };
  };
  if (exitCode === 0) return { exitCode, result: 'Connected', message: '' };
  return {
    exitCode,
    result: answer.error?.serviceCode ?? answer.error?.code ?? `exit code ${exitCode}`,
    message: answer.error?.message ?? '',
  };
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(late);
};
