import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AgentFailure } from './failure.ts';
import { refuseBesideForeignAgent } from './foreign-agent.ts';
import { machineStateDirectory } from './state-directory.ts';

const root = mkdtempSync(join(tmpdir(), 'tombolo-foreign-'));
after(() => rmSync(root, { recursive: true }));
const refused = (error: unknown): boolean => error instanceof AgentFailure && error.number === 27;

test("the place of Microsoft's agent is not taken: the machine's own agent is refused beside it, one kept apart is not", () => {
  refuseBesideForeignAgent(machineStateDirectory, root);
  const program = join(root, 'opt/azcmagent/bin/azcmagent');
  mkdirSync(join(root, 'opt/azcmagent/bin'), { recursive: true });
  writeFileSync(program, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]));
  assert.throws(() => refuseBesideForeignAgent(machineStateDirectory, root), refused);
  refuseBesideForeignAgent('/somewhere/else', root);
  writeFileSync(program, '');
  assert.throws(() => refuseBesideForeignAgent(machineStateDirectory, root), refused);
  writeFileSync(program, '#!/bin/sh\nexec /opt/tombolo/tombolo-agent "$@"\n');
  refuseBesideForeignAgent(machineStateDirectory, root);
});
