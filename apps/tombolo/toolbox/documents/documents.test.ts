/** Every command that reads a document of Azure's × every kind of document × every form: read, or refused by name. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Kind, kinds } from '@tombolo/azure-documents';
import {
  asAz,
  asGraph,
  asPowerShell,
  asTemplate,
  asWindowsPowerShellList,
  createAnswers,
  sortedWithGroup,
} from '@tombolo/azure-documents/documents.testkit';
import { described } from '@tombolo/azure-documents/sample-endpoint.testkit';
import type { JsonObject } from '@tombolo/store/port';
import { runInProcess } from '../../commands/command-line.testkit.ts';
import { exitCodes } from '../../shell/command-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-documents-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let written = 0;
const write = (content: string | Uint8Array): string => {
  written += 1;
  const path = join(folder, `${written}.json`);
  writeFileSync(path, content);
  return path;
};

interface Ended {
  readonly code: number;
  readonly text: string;
}

/** The command in this process: its document, or the message and the fix of its error. */
const run = async (words: readonly string[]): Promise<Ended> => {
  const { code, out } = await runInProcess(...words, '--json');
  const { error } = JSON.parse(out) as { error?: { message: string; fix: string } };
  return {
    code,
    text: error === undefined ? JSON.stringify(JSON.parse(out)) : `${error.message}\n${error.fix}`,
  };
};

const answers = await createAnswers();
const hostsFile = write('127.0.0.1 localhost\n');
const group = write(JSON.stringify(answers.securityGroup));
const servers = ['--product', 'servers', '--region', 'japaneast'];
const privately = [...servers, '--connectivity', 'private-endpoint'];
const state = ['--state', join(folder, 'state')];

interface Reading {
  readonly words: (file: string) => readonly string[];
  readonly wants: Kind;
  /** Exit codes of a document that was read. */
  readonly codes: readonly number[];
  readonly shows: RegExp;
}

const member = /10\.0\.1\.4/;
const readings: Readonly<Record<string, Reading>> = {
  'dns export --file': {
    words: (file) => ['dns', 'export', '--format', 'bind', '--file', file, ...state],
    wants: 'private-endpoint',
    codes: [0],
    shows: member,
  },
  'hosts apply --file': {
    words: (file) => ['hosts', 'apply', '--hosts-file', hostsFile, '--file', file, ...state],
    wants: 'private-endpoint',
    codes: [0],
    shows: member,
  },
  'firewall export --file': {
    words: (file) => ['firewall', 'export', '--format', 'json', ...privately, '--file', file, ...state],
    wants: 'private-endpoint',
    codes: [0],
    shows: member,
  },
  'requirements list --file': {
    words: (file) => ['requirements', 'list', ...privately, '--file', file, ...state],
    wants: 'private-endpoint',
    codes: [0],
    shows: member,
  },
  'requirements explain --file': {
    words: (file) => [
      ...['requirements', 'explain', 'gbl.his.arc.azure.com', ...privately],
      ...['--file', file, ...state],
    ],
    wants: 'private-endpoint',
    codes: [0],
    shows: member,
  },
  'firewall check --file': {
    words: (file) => ['firewall', 'check', '--file', file, ...state],
    wants: 'security-group',
    codes: [0, 9],
    shows: /"state":"right".*"state":"right"/,
  },
  'firewall check --service-tags': {
    words: (file) => ['firewall', 'check', '--file', group, '--service-tags', file, ...state],
    wants: 'service-tags',
    codes: [0, 9],
    shows: /Public 7/,
  },
  'firewall export --service-tags': {
    words: (file) => [
      ...['firewall', 'export', '--format', 'json', ...servers],
      ...['--service-tags', file, ...state],
    ],
    wants: 'service-tags',
    codes: [0],
    shows: /192\.0\.2\.0\/24/,
  },
  'firewall diff': {
    words: (file) => ['firewall', 'diff', file, file, ...servers, ...state],
    wants: 'service-tags',
    codes: [0],
    shows: /"same":true/,
  },
  'service-tags import': {
    words: (file) => [
      ...['service-tags', 'import', file, '--keep-only', '--directory', join(folder, 'kept')],
      ...state,
    ],
    wants: 'service-tags',
    codes: [0],
    shows: /"changeNumber":"7"/,
  },
};

type Forms = Readonly<Record<string, unknown>>;
const resourceForms = (answer: JsonObject): Forms => ({
  REST: answer,
  az: asAz(answer),
  PowerShell: asPowerShell(answer),
  'Windows PowerShell': asWindowsPowerShellList(answer),
  list: [answer],
  '{value}': { value: [answer] },
  'Resource Graph': asGraph(answer),
  template: asTemplate(answer),
});
/** A list's answer: az and PowerShell take the envelope away. */
const listForms = (answer: JsonObject): Forms => ({
  '{value}': answer,
  az: asAz(answer),
  PowerShell: asPowerShell(answer),
  'Windows PowerShell': asWindowsPowerShellList(answer),
});
const rows = (answers.endpoint.properties as JsonObject).customDnsConfigs as unknown as JsonObject;

interface Document {
  readonly forms: Forms;
  /** What commands can take from it. */
  readonly gives: readonly Kind[];
  /** What a refusal calls it. */
  readonly called: RegExp;
}

const documents: Readonly<Record<string, Document>> = {
  'private endpoint': {
    forms: resourceForms(answers.endpoint),
    gives: ['private-endpoint'],
    called: /a private endpoint/,
  },
  'list of private endpoints': {
    forms: listForms(answers.endpoints),
    gives: ['private-endpoint'],
    called: /a private endpoint/,
  },
  'zone group': {
    forms: resourceForms(answers.zoneGroup),
    gives: ['private-endpoint'],
    called: /a private DNS zone group/,
  },
  'list of zone groups': {
    forms: listForms(answers.zoneGroups),
    gives: ['private-endpoint'],
    called: /a private DNS zone group/,
  },
  "endpoint's network interface": {
    forms: resourceForms(answers.networkInterface),
    gives: ['private-endpoint'],
    called: /a network interface/,
  },
  'names with addresses': {
    forms: {
      REST: rows,
      az: asAz(rows),
      PowerShell: asPowerShell(rows),
      'Windows PowerShell': asWindowsPowerShellList(rows),
      '{value}': { value: rows },
      'customDnsConfigs alone': { customDnsConfigs: rows },
    },
    gives: ['private-endpoint'],
    called: /a list of names with addresses|a private endpoint|a list of 6/,
  },
  'described by hand': {
    forms: { 'by hand': described, list: [described], '{value}': { value: [described] } },
    gives: ['private-endpoint'],
    called: /an endpoint described by hand/,
  },
  'network security group': {
    forms: { ...resourceForms(answers.securityGroup), 'az create': { NewNSG: asAz(answers.securityGroup) } },
    gives: ['security-group'],
    called: /a network security group/,
  },
  'list of service tags': {
    forms: {
      REST: answers.serviceTags,
      az: sortedWithGroup(answers.serviceTags),
      PowerShell: asPowerShell(answers.serviceTags),
      list: [answers.serviceTags],
      '{value}': { value: [answers.serviceTags] },
    },
    gives: ['service-tags'],
    called: /a list of service tags/,
  },
  'template of all': {
    forms: {
      template: asTemplate(
        answers.virtualNetwork,
        answers.securityGroup,
        answers.scope,
        answers.endpoint,
        answers.zoneGroup,
      ),
    },
    gives: ['private-endpoint', 'security-group'],
    called: /a list of 5: a resource of type "Microsoft\.Network\/virtualNetworks"/,
  },
  'Private Link Scope': {
    forms: resourceForms(answers.scope),
    gives: [],
    called: /type "microsoft\.hybridcompute\/privatelinkscopes"/i,
  },
  'list of its connections': {
    forms: listForms(answers.connections),
    gives: [],
    called: /type "Microsoft\.HybridCompute\/privateLinkScopes\/privateEndpointConnections"/,
  },
  'virtual network': {
    forms: resourceForms(answers.virtualNetwork),
    gives: [],
    called: /type "microsoft\.network\/virtualnetworks"/i,
  },
  'something else': {
    forms: { object: { a: 1 }, list: [{ a: 1 }], number: 7, text: 'endpoint', null: null },
    gives: [],
    called: /nothing here knows|no object/,
  },
};

const encodings: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with BOM': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'after a warning of az': (text) => Buffer.from(`WARNING: It is in preview.\n${text}\n`),
};

const taken = new Map<string, Map<string, boolean>>();

describe('documents of Azure at the command line', () => {
  for (const [command, { words, wants, codes, shows }] of Object.entries(readings))
    for (const [name, { forms, gives, called }] of Object.entries(documents)) {
      const isRead = gives.includes(wants);
      taken.set(name, (taken.get(name) ?? new Map<string, boolean>()).set(command, isRead));
      test(`${command}: ${name} is ${isRead ? 'read' : 'refused by name'}, in every form`, async () => {
        for (const [form, value] of Object.entries(forms))
          for (const [encoding, encode] of Object.entries(encodings)) {
            const { code, text } = await run(words(write(encode(JSON.stringify(value, null, 1)))));
            const where = `${form}, ${encoding}: ${text.slice(0, 600)}`;
            if (isRead) {
              assert.ok(codes.includes(code), where);
              assert.match(text, shows, where);
              continue;
            }
            assert.equal(code, exitCodes.InvalidArgument, where);
            assert.match(text, called, where);
            assert.ok(text.includes(`wanted is ${kinds[wants].title}`), where);
            assert.match(text, /\n.*Print one with az network /, where);
          }
      });
    }

  const half: Readonly<Record<string, readonly [string | Uint8Array, RegExp]>> = {
    'an empty file': ['', /is empty/],
    'the beginning of a document': [JSON.stringify(answers.endpoint).slice(0, -30), /ends in the middle/],
    'two documents': ['{}\n{}', /not JSON/],
    'az’s error': ['ERROR: (ResourceNotFound) There is none.', /holds an error.*ResourceNotFound/],
    'an error answer': ['{"error":{"code":"ResourceNotFound","message":"x"}}', /ResourceNotFound/],
    'a web page': ['<html></html>', /web page/],
    'az’s table': ['Name  Location\n----  --------\npier  japaneast', /neither JSON/],
    'no text': [new Uint8Array([0x7b, 0xff, 0x7d]), /no UTF-8/],
    'brackets without end': ['['.repeat(1_000_000), /nested deeper/],
    'an empty list': ['[]', /empty list/],
  };
  for (const [command, { words, wants }] of Object.entries(readings))
    test(`${command}: what is half there or hostile has a clear error`, async () => {
      for (const [name, [content, message]] of Object.entries(half)) {
        const { code, text } = await run(words(write(content)));
        assert.equal(code, exitCodes.InvalidArgument, `${name}: ${text}`);
        assert.match(text, message, name);
      }
      for (const resource of Object.values(answers.resources.value as readonly JsonObject[])) {
        if (String(resource.type).toLowerCase() !== (kinds[wants] as { type: string }).type.toLowerCase())
          continue;
        const { code, text } = await run(words(write(JSON.stringify([resource]))));
        assert.equal(code, exitCodes.InvalidArgument);
        assert.match(
          text,
          /without its properties.*\n.*Print it whole: az network .* --resource-group island/,
        );
      }
    });

  test('docs/documents.md has this table', () => {
    const commandsOf = new Map<string, string[]>();
    for (const command of Object.keys(readings)) {
      const read = [...taken].filter(([, cells]) => cells.get(command)).map(([name]) => name);
      commandsOf.set(read.join(', '), [...(commandsOf.get(read.join(', ')) ?? []), `\`${command}\``]);
    }
    const lines = [...commandsOf].map(([read, commands]) => `| ${commands.join(', ')} | ${read} |`);
    const table = ['| command | reads |', '|---|---|', ...lines].join('\n');
    const page = new URL('../../../../docs/documents.md', import.meta.url);
    const text = readFileSync(page, 'utf8');
    const made = text.replace(/(<!-- documents -->\n)[\s\S]*?(?=\n\n)/, `$1${table}`);
    if (process.env.TOMBOLO_UPDATE_GOLDENS === '1') writeFileSync(page, made);
    assert.equal(made, process.env.TOMBOLO_UPDATE_GOLDENS === '1' ? made : text);
  });
});
