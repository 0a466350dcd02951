/** Each rule that ARM writes meet, at create, update, PATCH, move and delete: docs/private-link.md has this table. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bare, type Command, type Home, type Movable, standing } from './command.testkit.ts';
import { createRuleWorld } from './world.testkit.ts';

type Operation = 'create' | 'update' | 'PATCH' | 'move' | 'delete';

/** `outcome`: accepted, a code, what is warned of, or who is let in then. */
interface Case {
  readonly rule: string;
  readonly operation: Operation;
  readonly what: string;
  readonly given: readonly Command[];
  readonly write: Command;
  readonly outcome: string;
  /** Asked for after the write: machine and route. */
  readonly access?: readonly [machine: string, by: string];
}

const endpoint = (more: Partial<Extract<Command, { do: 'putEndpoint' }>> = {}): Command => ({
  do: 'putEndpoint',
  endpoint: 'e2',
  network: 'nJ',
  region: 'japaneast',
  scope: 's1',
  mode: 'auto',
  mayApprove: true,
  ...more,
});
const link = (zone: string, network: string, name = 'l1', redirect = false): Command => ({
  do: 'putLink',
  zone,
  link: name,
  network,
  redirect,
});
const machine = (what: 'putMachine' | 'patchMachine', key: string, scope?: string | null): Command => ({
  do: what,
  machine: key,
  ...(scope === undefined ? {} : { scope }),
});
const remade: readonly Command[] = [
  { do: 'putMachine', machine: 'mW', scope: 's2' },
  { do: 'deleteScope', scope: 's2' },
  { do: 'putScope', scope: 's2', region: 'japaneast' },
];
const move = (what: Movable, key: string, to: Home): Command => ({ do: 'move', what, key, to });
const byHand: Command = { do: 'putRecord', zone: 'his', name: 'gbl', address: '203.0.113.1' };
const pending = [...bare, endpoint({ mode: 'manual' })];

const cell =
  (rule: string, operation: Operation) =>
  (
    what: string,
    given: readonly Command[],
    write: Command,
    outcome: string,
    access?: readonly [string, string],
  ): Case => ({ rule, operation, what, given, write, outcome, ...(access ? { access } : {}) });

const cases: readonly Case[] = [
  cell('R1', 'create')(
    'an endpoint to a second scope',
    standing,
    endpoint({ scope: 's2' }),
    'NetworkHasAnotherPrivateLinkScope',
  ),
  cell('R1', 'create')('a second one to the same', standing, endpoint(), 'accepted'),
  cell('R1', 'update')(
    'to a second scope',
    standing,
    endpoint({ endpoint: 'e1', scope: 's2' }),
    'CannotChangePrivateLinkConnectionOnPrivateEndpoint',
  ),
  cell('R1', 'PATCH')('tags', standing, { do: 'patchEndpoint', endpoint: 'e1' }, 'accepted'),
  cell('R1', 'delete')(
    'of the first, and then the second',
    [...bare, endpoint(), { do: 'deleteEndpoint', endpoint: 'e2' }],
    endpoint({ scope: 's2' }),
    'accepted',
  ),
  cell('R2', 'create')(
    'with a scope that is not there',
    [],
    machine('putMachine', 'mJ', 's1'),
    'PrivateLinkScopeNotFound',
  ),
  cell('R2', 'create')('with a scope', bare, machine('putMachine', 'mW', 's2'), 'accepted'),
  cell('R2', 'update')(
    'to another',
    [
      ...bare,
      { do: 'putScope', scope: 's3', region: 'japaneast', access: 'Enabled' },
      machine('putMachine', 'mJ', 's3'),
    ],
    machine('putMachine', 'mJ', 's1'),
    'allow',
    ['mJ', 'public'],
  ),
  cell('R2', 'PATCH')(
    'to null',
    [...standing, { do: 'patchScope', scope: 's1', access: 'Disabled' }],
    machine('patchMachine', 'mJ', null),
    'allow',
    ['mJ', 'public'],
  ),
  cell('R2', 'delete')(
    'of the scope',
    remade.slice(0, 2).toSpliced(0, 0, ...bare),
    machine('patchMachine', 'mW'),
    'PrivateLinkScopeDeleted',
    ['mW', 'public'],
  ),
  cell('R3', 'create')(
    'in another region',
    bare,
    machine('putMachine', 'mW', 's1'),
    'PrivateLinkScopeRegionMismatch',
  ),
  cell('R3', 'update')(
    'to another region',
    [...bare, machine('putMachine', 'mW')],
    machine('putMachine', 'mW', 's1'),
    'PrivateLinkScopeRegionMismatch',
  ),
  cell('R3', 'PATCH')(
    'to another region',
    standing,
    machine('patchMachine', 'mW', 's1'),
    'PrivateLinkScopeRegionMismatch',
  ),
  cell('R3', 'delete')(
    'of the scope, made anew elsewhere',
    [...bare, ...remade],
    machine('putMachine', 'mW', 's2'),
    'PrivateLinkScopeRegionMismatch',
  ),
  cell('R4', 'create')(
    'away from its network’s region',
    bare,
    endpoint({ region: 'westeurope' }),
    'InvalidResourceReference',
  ),
  cell('R4', 'create')(
    'away from its subscription',
    bare,
    endpoint({ endpoint: 'e3' }),
    'InvalidResourceReference',
  ),
  cell('R4', 'create')('the scope elsewhere', bare, endpoint({ scope: 's2' }), 'accepted'),
  cell('R4', 'update')(
    'to another region',
    standing,
    endpoint({ endpoint: 'e1', region: 'westeurope' }),
    'InvalidResourceLocation',
  ),
  cell('R4', 'update')(
    'to another network',
    standing,
    endpoint({ endpoint: 'e1', network: 'nB' }),
    'CannotChangeSubnetOnExistingPrivateEndpoint',
  ),
  cell('R5', 'create')(
    'a second zone group',
    [...standing, endpoint()],
    { do: 'putGroup', endpoint: 'e2', zones: ['dp'] },
    'replaced dp japaneast',
  ),
  cell('R5', 'update')('a record by hand', standing, byHand, 'by-hand his gbl'),
  cell('R5', 'PATCH')('a record by hand', standing, { ...byHand, do: 'patchRecord' }, 'by-hand his gbl'),
  cell('R5', 'update')(
    'an approval after others',
    [...standing, endpoint({ mode: 'manual' }), { do: 'putGroup', endpoint: 'e2', zones: ['dp'] }],
    { do: 'decide', endpoint: 'e2', status: 'Approved' },
    'replaced dp japaneast',
  ),
  cell('R7', 'create')('a link', bare, link('dp', 'nJ'), 'hidden dp nJ japaneast NXDOMAIN'),
  cell('R7', 'create')(
    'a group with a zone of no member',
    standing,
    { do: 'putGroup', endpoint: 'e1', zones: ['his', 'gas', 'dp', 'corp'] },
    'no-member corp',
  ),
  cell('R7', 'update')(
    'a group without a zone',
    [...standing, { do: 'deleteLink', zone: 'dp', link: 'l2' }],
    { do: 'putGroup', endpoint: 'e1', zones: ['his', 'gas'] },
    'hidden dp nJ japaneast NXDOMAIN',
  ),
  cell('R7', 'PATCH')(
    'a record without an address',
    [...standing, { do: 'deleteLink', zone: 'dp', link: 'l2' }],
    { do: 'patchRecord', zone: 'dp', name: 'japaneast' },
    'by-hand dp japaneast, hidden dp nJ japaneast NXDOMAIN',
  ),
  cell('R7', 'PATCH')(
    'a link',
    [...standing, { do: 'deleteRecord', zone: 'his', name: 'je' }],
    { do: 'patchLink', zone: 'his', link: 'l1' },
    'hidden his nJ je NXDOMAIN',
  ),
  cell('R7', 'delete')(
    'a record',
    standing,
    { do: 'deleteRecord', zone: 'his', name: 'gbl' },
    'hidden his nJ gbl NXDOMAIN, hidden his nW gbl NXDOMAIN',
  ),
  cell('R7', 'delete')(
    'a group',
    [...bare, endpoint(), { do: 'putGroup', endpoint: 'e2', zones: ['dp'] }, link('dp', 'nW', 'l1', true)],
    { do: 'deleteGroup', endpoint: 'e2' },
    'hidden dp nW japaneast public',
  ),
  cell('R7', 'delete')(
    'an endpoint',
    [...bare, endpoint(), { do: 'putGroup', endpoint: 'e2', zones: ['dp'] }, link('dp', 'nJ')],
    { do: 'deleteEndpoint', endpoint: 'e2' },
    'hidden dp nJ japaneast NXDOMAIN',
  ),
  cell('R8', 'create')(
    'another value',
    [],
    { do: 'putScope', scope: 's1', region: 'japaneast', access: 'Sometimes' },
    'InvalidPublicNetworkAccess',
  ),
  cell('R8', 'create')(
    'without a value',
    [{ do: 'putScope', scope: 's2', region: 'westeurope' }],
    machine('putMachine', 'mW', 's2'),
    'PublicNetworkAccessDisabled',
    ['mW', 'public'],
  ),
  cell('R9', 'create')(
    'without a scope, behind private names',
    standing,
    machine('putMachine', 'mW'),
    'MachineNotAssociated',
    ['mW', 'e1'],
  ),
  cell('R9', 'PATCH')(
    'to null, behind private names',
    standing,
    machine('patchMachine', 'mJ', null),
    'MachineNotAssociated',
    ['mJ', 'e1'],
  ),
  cell('R14', 'update')(
    'an association',
    [...standing, machine('patchMachine', 'mJ', null)],
    machine('putMachine', 'mJ', 's1'),
    'allow',
    ['mJ', 'e1'],
  ),
  cell('R15', 'create')(
    'without the permission to approve',
    bare,
    endpoint({ mayApprove: false }),
    'LinkedAuthorizationFailed',
  ),
  cell('R15', 'create')(
    'a manual one, by the owner',
    [...pending.slice(0, -1), machine('putMachine', 'mJ', 's1')],
    endpoint({ mode: 'manual' }),
    'PrivateEndpointConnectionNotApproved',
    ['mJ', 'e2'],
  ),
  cell('R15', 'update')(
    'back to Pending',
    standing,
    { do: 'decide', endpoint: 'e1', status: 'Pending' },
    'PrivateEndpointConnectionStateNotAllowed',
  ),
  cell('R15', 'update')(
    'Approved',
    [...pending, machine('putMachine', 'mJ', 's1')],
    { do: 'decide', endpoint: 'e2', status: 'Approved' },
    'allow',
    ['mJ', 'e2'],
  ),
  cell('R15', 'update')(
    'Rejected',
    standing,
    { do: 'decide', endpoint: 'e1', status: 'Rejected' },
    'PrivateEndpointConnectionNotApproved',
    ['mJ', 'e1'],
  ),
  cell('R15', 'delete')(
    'of the connection',
    standing,
    { do: 'disconnect', endpoint: 'e1' },
    'PrivateEndpointConnectionNotApproved',
    ['mJ', 'e1'],
  ),
  cell('R15', 'delete')(
    'of a scope with connections',
    standing,
    { do: 'deleteScope', scope: 's1' },
    'CannotDeleteResource',
  ),
  cell('R20', 'update')(
    'without a value',
    standing,
    { do: 'putScope', scope: 's1', region: 'japaneast' },
    'PublicNetworkAccessDisabled',
    ['mJ', 'public'],
  ),
  cell('R20', 'PATCH')(
    'Disabled',
    standing,
    { do: 'patchScope', scope: 's1', access: 'Disabled' },
    'PublicNetworkAccessDisabled',
    ['mJ', 'public'],
  ),
  cell('R20', 'PATCH')(
    'Enabled again',
    [...standing, { do: 'patchScope', scope: 's1', access: 'Disabled' }],
    { do: 'patchScope', scope: 's1', access: 'Enabled' },
    'allow',
    ['mJ', 'public'],
  ),
  cell('R20', 'PATCH')(
    'another value',
    standing,
    { do: 'patchScope', scope: 's1', access: 'Sometimes' },
    'InvalidPublicNetworkAccess',
  ),
  cell('R21', 'update')(
    'its group again, after a hand',
    [...standing, byHand],
    { do: 'putGroup', endpoint: 'e1', zones: ['his', 'gas', 'dp'] },
    'replaced his gbl',
  ),
  cell('R21', 'delete')(
    'its own records only',
    [...bare, endpoint(), { do: 'putGroup', endpoint: 'e2', zones: ['his'] }, byHand, link('his', 'nJ')],
    { do: 'deleteEndpoint', endpoint: 'e2' },
    'hidden his nJ japan-ats NXDOMAIN, hidden his nJ je NXDOMAIN',
  ),
  cell('R23', 'create')('a second zone of the name', standing, link('his2', 'nJ'), 'BadRequest'),
  cell('R23', 'create')('a second link to the zone', standing, link('his', 'nJ', 'l3'), 'BadRequest'),
  cell('R23', 'update')('to another network', standing, link('his', 'nB'), 'BadRequest'),
  cell('R23', 'delete')(
    'of the first, and then the second',
    [...bare, link('corp', 'nJ'), { do: 'deleteLink', zone: 'corp', link: 'l1' }],
    link('corp', 'nJ', 'l2'),
    'accepted',
  ),
  cell('R1', 'move')(
    'of the scope, and then one to a second',
    [...standing, move('scope', 's1', 'b/rg')],
    endpoint({ scope: 's2' }),
    'NetworkHasAnotherPrivateLinkScope',
  ),
  cell('R2', 'move')('of the scope', standing, move('scope', 's1', 'b/rg'), 'allow', ['mJ', 'e1']),
  cell('R2', 'move')('of the machine', standing, move('machine', 'mJ', 'b/rg'), 'allow', ['mJ', 'e1']),
  cell('R4', 'move')(
    'of a network with endpoints',
    standing,
    move('network', 'nJ', 'a/rg2'),
    'ResourceMoveValidationFailed',
  ),
  cell('R7', 'move')(
    'of a zone, and then its record deleted',
    [...standing, { do: 'deleteLink', zone: 'dp', link: 'l2' }, move('zone', 'dp', 'b/rg')],
    { do: 'deleteRecord', zone: 'dp', name: 'japaneast' },
    'hidden dp nJ japaneast NXDOMAIN',
  ),
  cell('R8', 'move')(
    'of a scope that is Disabled',
    [...standing, { do: 'patchScope', scope: 's1', access: 'Disabled' }],
    move('scope', 's1', 'a/rg2'),
    'PublicNetworkAccessDisabled',
    ['mJ', 'public'],
  ),
  cell('R15', 'move')(
    'of the scope of a Pending one',
    [...pending, machine('putMachine', 'mJ', 's1')],
    move('scope', 's1', 'a/rg2'),
    'PrivateEndpointConnectionNotApproved',
    ['mJ', 'e2'],
  ),
  cell('R21', 'move')(
    'of a zone, and then the endpoint deleted',
    [
      ...bare,
      endpoint(),
      { do: 'putGroup', endpoint: 'e2', zones: ['dp'] },
      link('dp', 'nJ'),
      move('zone', 'dp', 'b/rg'),
    ],
    { do: 'deleteEndpoint', endpoint: 'e2' },
    'hidden dp nJ japaneast NXDOMAIN',
  ),
  cell('R23', 'move')(
    'of the zone, and then a second one linked',
    [...standing, move('zone', 'his', 'b/rg')],
    link('his2', 'nJ'),
    'BadRequest',
  ),
];

const outcomeOf = async ({ given, write, access }: Case): Promise<string> => {
  const world = await createRuleWorld(false);
  for (const command of given)
    assert.equal((await world.run(command)).refusal, undefined, JSON.stringify(command));
  const { refusal, warnings } = await world.run(write);
  if (refusal !== undefined) return refusal;
  if (access) return (await world.look()).access(...access);
  return warnings.length > 0 ? warnings.join(', ') : 'accepted';
};

describe('what a rule says at a write', () => {
  for (const each of cases)
    test(`${each.rule} ${each.operation}: ${each.what}`, async () =>
      assert.equal(await outcomeOf(each), each.outcome));
});

/** As the page says it. */
const words = (outcome: string): string => {
  if (outcome === 'allow') return 'let in';
  if (outcome === 'accepted') return outcome;
  const facts = outcome.split(', ').map((fact) => {
    const [kind, , third, fourth, effect] = fact.split(' ');
    if (kind === 'hidden')
      return `warns: \`${fourth}\` ${effect === 'public' ? 'is public' : 'does not resolve'}`;
    if (kind === 'replaced' || kind === 'by-hand') return `warns: \`${third}\` is another’s`;
    return kind === 'no-member' ? 'warns: nothing is written there' : `\`${fact}\``;
  });
  return [...new Set(facts)].join(', ');
};

const operations: readonly Operation[] = ['create', 'update', 'PATCH', 'move', 'delete'];

test('docs/private-link.md has the table', () => {
  const rules = [...new Set(cases.map(({ rule }) => rule))];
  const rows = rules.map((rule) => {
    const cells = operations.map(
      (operation) =>
        cases
          .filter((each) => each.rule === rule && each.operation === operation)
          .map(({ what, outcome }) => `${what}: ${words(outcome)}`)
          .join('<br>') || '–',
    );
    return `| ${[rule, ...cells].join(' | ')} |`;
  });
  const page = readFileSync(new URL('../../../docs/private-link.md', import.meta.url), 'utf8');
  const table = page.split('<!-- rule by operation -->\n')[1]?.split('\n\n')[0];
  assert.deepEqual(table?.split('\n'), [
    `| rule | ${operations.join(' | ')} |`,
    '|---|---|---|---|---|---|',
    ...rows,
  ]);
});
