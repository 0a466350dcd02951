import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { signIn } from './arm.ts';
import { startServer } from './server.ts';

const permitted =
  spawnSync('strace', ['-f', '-e', 'trace=write', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status ===
  0;

/** System calls in the order in which they ended, whole: `<unfinished …>` and `resumed` are one. */
const callsOf = (trace: string): string[] => {
  const begun = new Map<string, string>();
  return trace.split('\n').flatMap((line) => {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1];
    if (unfinished !== undefined) {
      begun.set(thread, unfinished);
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    return resumed === undefined ? [rest] : [`${begun.get(thread) ?? ''}${resumed}`];
  });
};

/** For each answer on the connection: was the log written and then synced with success since the one before? */
const syncedBeforeAnswers = (calls: readonly string[], clientPort: number): boolean[] => {
  const answers: boolean[] = [];
  let written = false;
  let synced = false;
  let asked = false;
  for (const call of calls) {
    if (/^pwrite64\(\d+<[^>]*store\.db-wal>/.test(call)) [written, synced] = [true, false];
    if (/^(fsync|fdatasync)\(\d+<[^>]*store\.db-wal>\)\s+= 0/.test(call)) synced = written;
    if (!call.includes(`:${clientPort}]>`)) continue;
    if (/^(read|recvfrom)\(/.test(call)) asked ||= !/= -1/.test(call);
    if (!/^(write|writev|sendto|sendmsg)\(/.test(call) || !asked) continue;
    answers.push(written && synced);
    [written, synced, asked] = [false, false, false];
  }
  return answers;
};

test('strace shows that an ARM write is synced to the disk before it is acknowledged over HTTPS', {
  skip: permitted ? false : 'strace is absent or not permitted',
}, async () => {
  const scratch = directoryOfFile();
  const server = await startServer(join(scratch, 'state'));
  const arm = await signIn(server.state, server.ready.resourceManager);
  // One connection that does nothing but these requests, and so has a port of its own in the trace.
  const agent = new Agent({
    ca: readFileSync(join(server.state, 'ca.pem')),
    keepAlive: true,
    maxSockets: 1,
    maxCachedSessions: 0,
  });
  const { authorization } = arm.authorization;
  let port = 0;
  const send = (method: string, body?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const url = `${server.ready.resourceManager}${arm.subscription}/resourceGroups/traced?api-version=2025-04-01`;
      const sent = request(
        url,
        {
          method,
          agent,
          headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        },
        (answer) => {
          port = answer.socket.remotePort === undefined ? port : answer.socket.localPort!;
          answer.resume().on('end', () => resolve(answer.statusCode!));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  assert.equal(await send('GET'), 404);

  const file = join(scratch, 'trace');
  const calls = 'trace=fsync,fdatasync,pwrite64,read,recvfrom,write,writev,sendto,sendmsg';
  const strace = childOfFile(
    spawn('strace', ['-f', '-yy', '-s', '0', '-e', calls, '-o', file, '-p', String(server.pid('control'))], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  let told = '';
  strace.stderr.on('data', (chunk) => {
    told += chunk;
  });
  await until('strace is attached', () => told.includes('attached'));
  const writes = 20;
  for (let n = 0; n < writes; n += 1) {
    const status = await send('PUT', JSON.stringify({ location: 'japaneast', tags: { n: String(n) } }));
    assert.equal(status, n === 0 ? 201 : 200);
  }
  // Reads need no sync: that these have none shows that the answers of the writes had one of their own.
  for (let n = 0; n < 5; n += 1) assert.equal(await send('GET'), 200);
  strace.kill('SIGINT');
  await once(strace, 'exit');
  const answers = syncedBeforeAnswers(callsOf(readFileSync(file, 'utf8')), port);
  assert.equal(answers.length, writes + 5);
  assert.deepEqual(
    answers.slice(0, writes),
    Array.from({ length: writes }, () => true),
  );
  assert.ok(answers.slice(writes).some((synced) => !synced));
  agent.destroy();
});
