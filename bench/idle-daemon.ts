/** One `tombolo-agent run` that has nothing to do: its memory, how often it wakes, what it sends and gets. */

import { type ChildProcess, spawn } from 'node:child_process';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { residentMegabytes } from './processor-time.ts';

const { createServer } = process.getBuiltinModule('node:http');
const bin = fileURLToPath(new URL('../apps/agent/bin.mjs', import.meta.url));

/** A proxy (CONNECT) that counts what goes through its tunnels, and asks these name servers as the agent would. */
const openCounter = async (nameServers: readonly string[]) => {
  const resolver = new dns.Resolver();
  resolver.setServers([...nameServers]);
  const open = new Set<Socket>();
  let bytes = 0;
  const carry = (from: Socket, to: Socket): void => {
    open.add(from);
    from.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      to.write(chunk);
    });
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
    from.on('error', () => to.destroy());
  };
  const server = createServer();
  server.on('connect', async ({ url }, client: Socket) => {
    const [host = '', port] = (url ?? '').split(':');
    const [address] = await resolver.resolve4(host).catch(() => []);
    const target = connect(Number(port), address ?? '127.0.0.1');
    carry(client, target);
    carry(target, client);
    target.once('connect', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
};

/** Of all its threads: each is a time when it slept and was woken. */
const voluntarySwitches = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce((all, thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return all + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]);
  }, 0);

const heartbeatsOf = (directory: string): number => {
  try {
    const status = JSON.parse(readFileSync(join(directory, 'status.json'), 'utf8')) as { heartbeats: number };
    return status.heartbeats;
  } catch {
    return 0;
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

/**
 * Of a machine that is connected: watched for one interval between heartbeats, so with one heartbeat.
 * @param nameServers those of its cloud profile
 */
export const watchIdleDaemon = async (
  directory: string,
  nameServers: readonly string[],
  intervalSeconds: number,
) => {
  const counter = await openCounter(nameServers);
  const args = ['run', '--state-dir', directory, '--heartbeat-interval', String(intervalSeconds)];
  // The bench's own start left a heartbeat in the status: the daemon counts from nothing.
  const daemon = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env.PATH, HTTPS_PROXY: counter.url },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  try {
    const pid = daemon.pid!;
    const ownStatus = () => JSON.parse(readFileSync(join(directory, 'status.json'), 'utf8')).pid === pid;
    while (!ownStatus()) await pause(100);
    // What its start has left to do.
    await pause(5_000);
    const before = {
      switches: voluntarySwitches(pid),
      bytes: counter.bytes(),
      heartbeats: heartbeatsOf(directory),
    };
    await pause(intervalSeconds * 1000);
    const intervals = 86_400 / intervalSeconds;
    return {
      residentMegabytes: residentMegabytes(pid),
      wakeUpsAnHour: (voluntarySwitches(pid) - before.switches) * (3_600 / intervalSeconds),
      bytesADay: (counter.bytes() - before.bytes) * intervals,
      heartbeats: heartbeatsOf(directory) - before.heartbeats,
    };
  } finally {
    await end(daemon);
    counter.close();
  }
};
