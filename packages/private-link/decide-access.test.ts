import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessCode, AccessMachine, AccessQuestion, Route } from './decide-access.ts';
import { decideAccess, refuseFeature } from './decide-access.ts';
import { refusalTable } from './refusals.ts';

const scopeId = (name: string): string =>
  `/subscriptions/0000/resourceGroups/rg/providers/Microsoft.HybridCompute/privateLinkScopes/${name}`;
const machineId = '/subscriptions/0000/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m1';

/** What the question is, in the words of the table's columns; the oracle sees only this. */
interface Facts {
  readonly operation: 'bootstrap' | 'registration' | 'request';
  readonly status: 'public' | 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';
  readonly endpointOf: 'own' | 'other' | 'public';
  readonly machine: 'absent' | 'present';
  readonly agent: 'old' | 'new';
  readonly scope: 'none' | 'Enabled' | 'Disabled' | 'deleted-Enabled' | 'deleted-Disabled';
  readonly certificate: 'valid' | 'unknown' | 'revoked' | 'missing';
}

/**
 * The table as it is written, a row a line, from the top; an absent column means "any", a cell of several
 * values "one of them". Nothing here calls or mirrors the function.
 */
const rows: readonly {
  readonly when: { readonly [K in keyof Facts]?: readonly Facts[K][] };
  readonly result: string;
}[] = [
  {
    when: { status: ['Pending', 'Rejected', 'Disconnected'] },
    result: 'reset PrivateEndpointConnectionNotApproved',
  },
  { when: { operation: ['bootstrap'] }, result: 'allow rate-limited' },
  {
    when: { operation: ['request'], certificate: ['unknown', 'revoked', 'missing'] },
    result: '401 MachineCertificateRejected',
  },
  { when: { operation: ['request'], machine: ['absent'] }, result: '401 MachineNotFound' },
  { when: { operation: ['registration'], machine: ['absent'] }, result: '403 MachineNotFound' },
  { when: { agent: ['old'], endpointOf: ['own', 'other'] }, result: '403 AgentVersionNotSupported' },
  { when: { scope: ['Enabled', 'Disabled'], endpointOf: ['own'] }, result: 'allow' },
  { when: { scope: ['Enabled', 'Disabled'], endpointOf: ['other'] }, result: '403 MachineNotAssociated' },
  { when: { scope: ['Enabled'], endpointOf: ['public'] }, result: 'allow' },
  { when: { scope: ['Disabled'], endpointOf: ['public'] }, result: '403 PublicNetworkAccessDisabled' },
  { when: { scope: ['deleted-Enabled', 'deleted-Disabled'] }, result: '403 PrivateLinkScopeDeleted' },
  { when: { scope: ['none'], endpointOf: ['own', 'other'] }, result: '403 MachineNotAssociated' },
  { when: { scope: ['none'], endpointOf: ['public'] }, result: 'allow' },
];

const oracle = (facts: Facts): string => {
  const columns = Object.keys(facts) as (keyof Facts)[];
  for (const row of rows) {
    const fits = columns.every((column) => {
      const cell: readonly string[] | undefined = row.when[column];
      return cell === undefined || cell.includes(facts[column]);
    });
    if (fits) return row.result;
  }
  throw new Error(`the table has no row for ${JSON.stringify(facts)}`);
};

const everyCombination = (): Facts[] => {
  const values: { readonly [K in keyof Facts]: readonly Facts[K][] } = {
    operation: ['bootstrap', 'registration', 'request'],
    status: ['public', 'Approved', 'Pending', 'Rejected', 'Disconnected'],
    endpointOf: ['own', 'other', 'public'],
    machine: ['absent', 'present'],
    agent: ['old', 'new'],
    scope: ['none', 'Enabled', 'Disabled', 'deleted-Enabled', 'deleted-Disabled'],
    certificate: ['valid', 'unknown', 'revoked', 'missing'],
  };
  let combinations: Record<string, string>[] = [{}];
  for (const [column, choices] of Object.entries(values)) {
    combinations = combinations.flatMap((facts) => choices.map((choice) => ({ ...facts, [column]: choice })));
  }
  return (combinations as unknown as Facts[]).filter(
    (facts) => (facts.status === 'public') === (facts.endpointOf === 'public'),
  );
};

const questionFrom = (facts: Facts): AccessQuestion => {
  const route: Route =
    facts.status === 'public'
      ? { kind: 'public' }
      : {
          kind: 'private',
          // Own and other differ by name; the own one arrives in other case, as ids do.
          scopeId: facts.endpointOf === 'own' ? scopeId('S').toUpperCase() : scopeId('T'),
          connectionId: `${scopeId('S')}/privateEndpointConnections/pe.1`,
          status: facts.status,
        };
  const machine: AccessMachine = {
    id: machineId,
    agentVersion: facts.agent === 'old' ? '1.3.9' : '1.4',
    ...(facts.scope === 'none'
      ? {}
      : {
          scope: {
            id: scopeId('S'),
            publicNetworkAccess: facts.scope.endsWith('Enabled')
              ? ('Enabled' as const)
              : ('Disabled' as const),
            deleted: facts.scope.startsWith('deleted'),
          },
        }),
  };
  return {
    operation: facts.operation,
    route,
    ...(facts.machine === 'present' ? { machine } : {}),
    ...(facts.certificate === 'missing' ? {} : { certificate: facts.certificate }),
  };
};

const summary = (question: AccessQuestion): string => {
  const decision = decideAccess(question);
  if (decision.allow) return decision.rateLimited ? 'allow rate-limited' : 'allow';
  return `${decision.status} ${decision.code}`;
};

describe('the access decision', () => {
  const combinations = everyCombination();

  test('R2, R8, R9, R10, R15: every combination of facts is decided as the table says, from the top', () => {
    assert.equal(combinations.length, 3 * (1 + 4 * 2) * 2 * 2 * 5 * 4);
    for (const facts of combinations)
      assert.equal(summary(questionFrom(facts)), oracle(facts), JSON.stringify(facts));
  });

  test('every row of the table decides some combination', () => {
    for (const [index, row] of rows.entries()) {
      const first = combinations.find(
        (facts) =>
          rows.findIndex(({ when }) =>
            (Object.keys(when) as (keyof Facts)[]).every((column) =>
              (when[column] as readonly string[]).includes(facts[column]),
            ),
          ) === index,
      );
      assert.ok(first, `row ${index} (${row.result}) is never reached`);
    }
  });

  test('a refusal names route, and scope and machine where there are any, and ends with what to do', () => {
    for (const facts of combinations) {
      const question = questionFrom(facts);
      const decision = decideAccess(question);
      if (decision.allow) continue;
      const { message } = decision;
      const text = JSON.stringify(facts);
      if (question.machine) assert.ok(message.includes(machineId), text);
      if (
        question.machine?.scope &&
        decision.status === 403 &&
        decision.code !== 'AgentVersionNotSupported'
      ) {
        assert.ok(message.includes(question.machine.scope.id), text);
      }
      assert.ok(
        message.includes(question.route.kind === 'public' ? 'the public endpoint' : question.route.scopeId),
        text,
      );
      assert.match(message, /\. (Upgrade|Set|Associate|Let|Delete|Approve|Disconnect|Create) .+\.$/, text);
    }
  });

  test('the statuses are those of the table of refusals', () => {
    for (const facts of combinations) {
      const decision = decideAccess(questionFrom(facts));
      if (decision.allow) continue;
      const code: AccessCode & keyof typeof refusalTable = decision.code;
      // 401 for a request of no machine, 403 for a registration of one: the only code with two.
      if (code !== 'MachineNotFound') assert.equal(decision.status, refusalTable[code].status);
    }
  });

  test('R10: an agent version that cannot be read is too old for a private endpoint, and no matter in public', () => {
    for (const agentVersion of ['', 'latest', '1', '-1.4', '1..4']) {
      const machine: AccessMachine = {
        id: machineId,
        agentVersion,
        scope: { id: scopeId('S'), publicNetworkAccess: 'Enabled', deleted: false },
      };
      const route: Route = { kind: 'private', scopeId: scopeId('S'), connectionId: 'c', status: 'Approved' };
      const base = { operation: 'request', machine, certificate: 'valid' } as const;
      assert.equal(summary({ ...base, route }), '403 AgentVersionNotSupported');
      assert.equal(summary({ ...base, route: { kind: 'public' } }), 'allow');
    }
  });
});

describe('relayed features', () => {
  test("R13: SSH and Windows Admin Center are refused by the machine's scope, whatever it allows, deleted or not", () => {
    for (const feature of ['SSH', 'Windows Admin Center'] as const) {
      for (const publicNetworkAccess of ['Enabled', 'Disabled'] as const) {
        for (const deleted of [false, true]) {
          const scope = { id: scopeId('S'), publicNetworkAccess, deleted };
          const refusal = refuseFeature(feature, { id: machineId, scope });
          assert.equal(refusal?.code, 'FeatureNotAvailableOverPrivateLink');
          assert.equal(refusal?.rule, 'R13');
          for (const part of [feature, machineId, scope.id]) assert.ok(refusal?.message.includes(part));
        }
      }
      assert.equal(refuseFeature(feature, { id: machineId }), undefined);
    }
  });
});
