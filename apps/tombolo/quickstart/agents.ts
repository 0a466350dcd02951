/** The quickstart's servers: real agent processes, each with a state directory of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AgentStatus } from '@tombolo/agent';
import type { CloudProfile } from '@tombolo/private-link';
import { CommandError } from '../command-error.ts';
import type { ServerConnection } from '../server-connection.ts';
import { writePrivateFile } from '../state-directory.ts';
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
  /** Resolves once the status file satisfies; throws NotAsExpected after 30 s. */
  readonly until: (what: string, satisfied: (status: AgentStatus) => boolean) => Promise<AgentStatus>;
  readonly stop: () => Promise<void>;
}

const bin = fileURLToPath(new URL('../../agent/bin.mjs', import.meta.url));
const patienceMs = 30_000;
const lookEveryMs = 50;

export const createServer = (server: ServerConnection, options: ServerOptions): QuickstartServer => {
  const directory = join(server.state.path, 'agents', options.name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const profileFile = join(server.state.path, 'agents', `${options.name}.profile.json`);
  writePrivateFile(profileFile, JSON.stringify(options.profile));
  let daemon: ChildProcess | undefined;

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
    return connectOutcome(await runAgent([...given, ...place, ...scope, ...flags], credentials.clientSecret));
  };

  return {
    name: options.name,
    connect,
    status,
    run: (heartbeatSeconds) => {
      daemon = spawn(
        process.execPath,
        [bin, 'run', '--state-dir', directory, '--heartbeat-interval', String(heartbeatSeconds)],
        // With the channel it ends when this process is gone.
        { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
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
        if (Date.now() > deadline) {
          throw new CommandError(
            'NotAsExpected',
            `${options.name} did not become ${what} within ${patienceMs / 1000} s; it is ${seen?.status ?? 'without a status'} (${seen?.agentErrorCode ?? 'no error'}).`,
            `Its log is ${directory}.ndjson.`,
          );
        }
        await delay(lookEveryMs);
      }
    },
    stop: () => end(daemon),
  };
};

/** The secret goes by the environment: an argument list is for everyone to read. */
const runAgent = (args: readonly string[], secret: string): Promise<{ exitCode: number; stdout: string }> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, AZCMAGENT_SERVICE_PRINCIPAL_SECRET: secret };
    const child = spawn(process.execPath, [bin, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
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

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(late);
};
