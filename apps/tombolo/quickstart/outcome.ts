/** What the quickstart saw, as data: names, agents, checks; and how that is told to a person. */

import { table } from '../shell/output.ts';
import { shellWord } from '../shell/shell-word.ts';

export interface NameRow {
  readonly name: string;
  readonly view: string;
  readonly address: string;
}

export interface AgentRow {
  readonly name: string;
  readonly scope: string;
  /** `private endpoint` or `public`. */
  readonly route: string;
  /** `Connected`, or the code of the refusal. */
  readonly result: string;
  readonly why: string;
}

export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}

export interface Outcome {
  readonly ok: boolean;
  readonly resourceManager: string;
  readonly services: string;
  readonly dns: string;
  readonly names: readonly NameRow[];
  readonly agents: readonly AgentRow[];
  readonly checks: readonly Check[];
}

/** A check whose outcome is compared as text. */
export const check = (name: string, expected: string, actual: string): Check => ({
  name,
  expected,
  actual,
  ok: expected === actual,
});

export const describeOutcome = (outcome: Outcome, state: string): string =>
  [
    '',
    'What resolves to what',
    table(
      ['name', 'asked by', 'address'],
      outcome.names.map((row) => [row.name, row.view, row.address]),
    ),
    '',
    'Who got in',
    table(
      ['server', 'scope', 'route', 'result', 'why'],
      outcome.agents.map((row) => [row.name, row.scope, row.route, row.result, row.why]),
    ),
    ...(outcome.checks.length === 0
      ? []
      : [
          '',
          'Checks',
          table(
            ['check', 'expected', 'actual', ''],
            outcome.checks.map((row) => [row.name, row.expected, row.actual, row.ok ? 'ok' : 'FAILED']),
          ),
        ]),
    '',
    `ARM API and sign-in  ${outcome.resourceManager}`,
    `services             ${outcome.services}`,
    `DNS                  ${outcome.dns}   (dig @${outcome.dns.split(':')[0]} -p ${outcome.dns.split(':')[1]} gbl.his.arc.azure.com)`,
    'portal               not in this version',
    '',
    'Three things to try next, in another terminal:',
    `  ./tombolo status --state ${shellWord(state)}`,
    `  ./tombolo-agent show --state-dir ${shellWord(`${state}/agents/server-1`)}`,
    `  eval "$(./tombolo env --state ${shellWord(state)})"`,
    'The last one sets what any Azure client reads.',
  ].join('\n');
