import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { unusedPort } from '@tombolo/testkit/unused-port';
import type { Child } from './child.ts';
import { serveMetrics } from './metrics-listener.ts';
import { counter, gauge } from './metrics-text.ts';

const childWith = (metricsPort: number | undefined): Child =>
  ({ settings: { configuration: { metricsPort } }, metrics: () => 'every_process 1\n' }) as unknown as Child;

test('without a port there are no metrics', async () => {
  assert.equal(await serveMetrics(childWith(undefined), 'dns', () => ''), undefined);
});

test('a process serves its own port, one page, as it is at that moment', async () => {
  const port = await unusedPort();
  let applied = 1;
  const listener = await serveMetrics(
    childWith(port - 2),
    'gateway',
    () => gauge('applied', 'What is in force.', applied) + counter('asked', 'Questions.', 7),
  );
  after(() => listener?.close());
  applied = 2;
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal(
    await answer.text(),
    '# HELP tombolo_applied What is in force.\n# TYPE tombolo_applied gauge\ntombolo_applied 2\n' +
      '# HELP tombolo_asked_total Questions.\n# TYPE tombolo_asked_total counter\ntombolo_asked_total 7\nevery_process 1\n',
  );
  assert.equal((await fetch(`http://127.0.0.1:${port}/other`)).status, 404);
  assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status, 404);
});

test('a port that is taken is an error, not silence', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  after(() => holder.close());
  const { port } = holder.address() as { port: number };
  await assert.rejects(
    serveMetrics(childWith(port), 'control', () => ''),
    /EADDRINUSE/,
  );
});
