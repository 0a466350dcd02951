/** Files of this installation and of its machine: hosts files, catalogues, templates, journals. */

import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyBlock, BrokenHostsFile, conflictingEntries, hasBlock, removeBlock } from '@tombolo/hosts-file';
import { currentCatalogue, RequirementsProblem, readCatalogue } from '@tombolo/requirements';
import { openReplayJournal } from '@tombolo/store/replay-journal';
import { planTemplate } from '../../apps/tombolo/installation/template.ts';
import { CommandError } from '../../apps/tombolo/shell/command-error.ts';
import { type Target, textOf, unlessRefused } from '../target.ts';

export const hostsFile: Target = {
  name: 'hosts-file',
  asks: 'applyBlock, removeBlock, conflictingEntries',
  seeds: [
    '127.0.0.1 localhost\n10.0.0.4 gbl.his.arc.azure.com # old\n',
    '127.0.0.1 localhost\r\n# BEGIN tombolo\r\n10.0.0.4 a\r\n# END tombolo\r\n::1 b',
    'no end of line',
  ],
  dictionary: [
    '# BEGIN tombolo\n',
    '# END tombolo',
    '#end  TOMBOLO',
    '\r\n',
    '\r',
    '\n',
    '10.0.0.4 gbl.his.arc.azure.com',
  ],
  run: (input) => {
    const text = Buffer.from(input).toString('latin1');
    const lines = ['10.0.0.4 gbl.his.arc.azure.com', '10.0.0.5 je.his.arc.azure.com'];
    const had = unlessRefused([BrokenHostsFile], () => hasBlock(text));
    if (had === undefined) return;
    conflictingEntries(text, lines);
    const written = applyBlock(text, lines);
    equal(hasBlock(written), true);
    equal(applyBlock(written, lines), written, 'what is there already is left');
    if (!had) equal(removeBlock(written), text, 'taken out again the file is what it was');
    else equal(hasBlock(removeBlock(text)), false);
  },
};

export const requirementsCatalogue: Target = {
  name: 'requirements-catalogue',
  asks: 'readCatalogue',
  seeds: [
    JSON.stringify({ ...currentCatalogue, requirements: currentCatalogue.requirements.slice(0, 1) }),
    JSON.stringify({ ...currentCatalogue, requirements: currentCatalogue.requirements.slice(-1) }),
    JSON.stringify({ ...currentCatalogue, requirements: [] }),
  ],
  dictionary: [
    '"through":444',
    '"alsoIn":[]',
    '"supersededBy":"x"',
    '"status":"superseded"',
    '*.',
    '<region>',
    '{',
    '"page":{',
    '"seed":{',
  ],
  run: (input) => {
    const value = unlessRefused([SyntaxError], () => JSON.parse(textOf(input)) as unknown);
    const catalogue = unlessRefused([RequirementsProblem], () => readCatalogue(value));
    if (catalogue === undefined) return;
    const printed = JSON.parse(JSON.stringify(catalogue));
    deepEqual(JSON.parse(JSON.stringify(readCatalogue(printed))), printed);
  },
};

export const template: Target = {
  name: 'template',
  asks: 'planTemplate',
  seeds: [
    JSON.stringify({
      resources: [
        {
          ...{
            type: 'Microsoft.Network/virtualNetworks',
            name: 'n',
            apiVersion: '2024-05-01',
            location: 'japaneast',
          },
          resources: [{ type: 'subnets', name: 's', apiVersion: '2024-05-01', properties: {} }],
        },
        { type: 'Microsoft.Network/routeTables', name: 't', apiVersion: '2024-05-01', dependsOn: ['n'] },
      ],
    }),
    '{"resources":{"a":{"type":"A.B/c","name":"[x]","apiVersion":"1"}}}',
  ],
  dictionary: [
    '"resources":[',
    '"dependsOn":["',
    '"type":"',
    '"name":"',
    '"apiVersion":"1"',
    '"copy":{}',
    '[[',
    'null',
    '[concat()]',
  ],
  run: (input) => {
    const value = unlessRefused([SyntaxError], () => JSON.parse(textOf(input)) as unknown);
    const plan = unlessRefused([CommandError], () => planTemplate(value));
    for (const { name, path } of plan ?? []) ok(path.startsWith('/providers/'), name);
  },
};

const folder = mkdtempSync(join(tmpdir(), 'tombolo-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const journalKey = 'k'.repeat(43);

export const replayJournal: Target = {
  name: 'replay-journal',
  asks: 'openReplayJournal',
  seeds: [
    `1800000000000 ${'a'.repeat(43)}\n1800000000001 ${'b'.repeat(43)}\n`,
    `1800000000000 ${'a'.repeat(20)}`,
  ],
  dictionary: ['\n', ' ', '1800000000000', 'a'.repeat(43), '\r\n', '\u0000'],
  longest: 512,
  run: (input) => {
    const path = join(folder, 'journal');
    writeFileSync(path, input);
    const before = openReplayJournal(path);
    before.append([journalKey, 1_800_000_000_002]);
    before.close();
    const after = openReplayJournal(path);
    after.close();
    deepEqual(
      [...after.entries],
      [...before.entries, [journalKey, 1_800_000_000_002]],
      'what is written behind it is known after the next start, and so is what was',
    );
  },
};
