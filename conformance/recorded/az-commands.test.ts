/** What az 2.74 sends for 250 commands, one after the other on one installation: each ends as it is recorded, and as docs/az.md says. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openWorld } from '../world.ts';
import { readCommands, recordedCommands } from './az/command-file.ts';
import { openCommandPlayer } from './az/command-player.ts';
import { login } from './az/login.ts';
import { azPage, pagePath } from './az/page.ts';
import { openWire } from './wire.ts';

const world = await openWorld();
const wire = openWire(world.origin, world.ca);
const clientId = world.environment.AZURE_CLIENT_ID!;
const clientSecret = world.environment.AZURE_CLIENT_SECRET!;
const token = await login(wire, { tenant: world.tenantId, clientId, clientSecret });
const { oid } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as {
  oid: string;
};

const commands = recordedCommands();

test('docs/az.md says what is recorded (npm run coverage writes it)', () => {
  assert.equal(readFileSync(pagePath, 'utf8'), azPage());
});

test('every command that is not served says why, and every refusal is one of a type, a provider, a gap or a rule', () => {
  for (const { line, exitCode, note, requests } of commands) {
    if (exitCode !== 0) assert.ok(note, `az ${line} says nothing of why it ends with ${exitCode}`);
    for (const { refused } of requests)
      if (refused) {
        const named = refused.code ?? (refused.status === 404 ? 'HEAD' : undefined);
        assert.ok(refused.status < 500 || refused.status === 501, `az ${line}: ${refused.status}`);
        assert.ok(named, `az ${line}: ${refused.status} without a code`);
      }
  }
});

test('a line of the file that says nothing is refused', () => {
  assert.throws(() => readCommands('# A\naz group list\n  what is this'), /:3: this line says nothing/);
});

describe('what az 2.74 sends', () => {
  const { subscriptionId: subscription, tenantId: tenant } = world;
  const { host } = new URL(world.origin);
  const now = Date.now();
  const time = (at: number) => new Date(at).toISOString();
  const player = openCommandPlayer({
    wire,
    token,
    values: {
      subscription,
      tenant,
      clientId,
      principal: oid,
      host,
      // az gives a password a year from now.
      now: time(now),
      nextYear: time(now + 365 * 86_400_000),
    },
  });
  for (const command of commands.filter(({ requests }) => requests.length > 0))
    test(`az ${command.line}`, () => player.play(command));
});
