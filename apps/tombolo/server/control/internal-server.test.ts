import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askControl } from '../../installation/internal-client.ts';
import { CommandError } from '../../shell/command-error.ts';
import { listenInternally } from './internal-server.ts';

test('what a route fails with is told to the command and given to the log', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-internal-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const socketPath = join(directory, 'control.sock');
  const faults: unknown[] = [];
  const failure = new Error('the batch was refused');
  const server = await listenInternally({
    socketPath,
    tokens: { operator: 'the-token' },
    routes: [
      () => async (app) => {
        app.post('/reset', async () => {
          throw failure;
        });
      },
    ],
    onFault: (error, request) => faults.push({ error, ...request }),
  });
  context.after(() => server.close());
  await assert.rejects(
    askControl({ socketPath, token: 'the-token' }, 'POST', '/reset?all=1', {}),
    (error: unknown) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.message, /POST \/reset failed: the batch was refused\. The log of control/);
      assert.match(error.fix, /log/);
      return true;
    },
  );
  assert.deepEqual(faults, [{ error: failure, method: 'POST', path: '/reset' }]);
});
