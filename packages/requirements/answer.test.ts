/** Exact lists for cases, written out by hand, and what holds for every question. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { answerQuery, type RequirementAnswer } from './answer.ts';
import { type Catalogue, currentCatalogue, seedCatalogue } from './catalogue.ts';
import { compositionOf, compositionsOf } from './composition.ts';
import { endpointsOf } from './endpoint.ts';
import { connectivities, type QueryInput, readQuery } from './query.ts';
import { cloudNames, featureNames, operatingSystems, phases, target } from './requirement.ts';

const ask = (input: QueryInput): RequirementAnswer =>
  answerQuery(seedCatalogue, readQuery(input, seedCatalogue));
const hosts = (answer: RequirementAnswer, via?: string): readonly string[] =>
  answer.in
    .filter((entry) => via === undefined || entry.via === via)
    .map(({ requirement }) => target(requirement));
const reasonOf = (answer: RequirementAnswer, host: string): string | undefined =>
  answer.out.find(
    ({ requirement, reason }) => target(requirement) === host && !reason.code.startsWith('other'),
  )?.reason.code;

const entra = ['login.windows.net', 'login.microsoftonline.com', 'pas.windows.net'];
const downloads = ['aka.ms', 'download.microsoft.com', 'packages.microsoft.com'];
const arc = ['*.his.arc.azure.com', '*.guestconfiguration.azure.com'];
const notification = [
  'guestnotificationservice.azure.com',
  '*.guestnotificationservice.azure.com',
  'azgn*.servicebus.windows.net',
];

describe('servers', () => {
  test('over the internet, with a current agent', () => {
    const answer = ask({ products: ['servers'], agentVersion: '1.67.02889.2014' });
    assert.deepEqual(hosts(answer, 'public'), [
      ...downloads,
      ...entra,
      'management.azure.com',
      ...arc,
      ...notification,
      '*.blob.core.windows.net',
    ]);
    assert.equal(reasonOf(answer, 'dc.services.visualstudio.com'), 'agent-version');
  });

  test('telemetry is optional before agent 1.24, and marked so where the version is not said', () => {
    for (const agentVersion of [undefined, '1.23', '1.4', '1.23.99']) {
      const answer = ask({ products: ['servers'], ...(agentVersion ? { agentVersion } : {}) });
      const entry = answer.in.find(({ requirement }) => requirement.host === 'dc.services.visualstudio.com');
      assert.equal(entry?.optional, true, agentVersion);
      assert.equal(entry?.reason.code, 'optional');
    }
    for (const agentVersion of ['1.24', '1.24.0', '1.100', '2.0']) {
      assert.equal(
        reasonOf(ask({ products: ['servers'], agentVersion }), 'dc.services.visualstudio.com'),
        'agent-version',
      );
    }
  });

  test('R11, R12: over a private endpoint his and gas are private, blob is unused, sign-in and ARM stay public', () => {
    const answer = ask({ products: ['servers'], connectivity: 'private-endpoint', agentVersion: '1.67' });
    assert.deepEqual(hosts(answer, 'private'), arc);
    assert.deepEqual(hosts(answer, 'public'), [
      ...downloads,
      ...entra,
      'management.azure.com',
      ...notification,
    ]);
    assert.equal(reasonOf(answer, '*.blob.core.windows.net'), 'unused-with-private-link');
  });

  test('R11: with a resource management private link ARM is private too, and only then', () => {
    const input = { products: ['servers'], resourceManagementPrivateLink: true };
    const privately = ask({ ...input, connectivity: 'private-endpoint' });
    assert.deepEqual(hosts(privately, 'private'), ['management.azure.com', ...arc]);
    assert.deepEqual(hosts(ask(input), 'private'), []);
  });

  test('R13: over Private Link the relay of SSH and Windows Admin Center is out, with a warning', () => {
    const answer = ask({ products: ['ssh', 'windows-admin-center'], connectivity: 'private-endpoint' });
    assert.equal(reasonOf(answer, '*.servicebus.windows.net'), 'not-available-over-private-link');
    assert.equal(reasonOf(answer, '*.waconazure.com'), 'not-available-over-private-link');
    assert.ok(answer.warnings.some((warning) => warning.includes('R13')));
  });

  test('R10: a warning for an agent before 1.4 with private endpoints, none for 1.4', () => {
    const warned = (agentVersion: string): boolean =>
      ask({ products: ['servers'], connectivity: 'private-endpoint', agentVersion }).warnings.some((text) =>
        text.includes('R10'),
      );
    assert.equal(warned('1.3.9'), true);
    assert.equal(warned('1.4'), false);
  });

  test('by phase and operating system: what a Linux server needs while it is installed, connected, run', () => {
    const phase = (name: string) =>
      hosts(ask({ products: ['servers'], operatingSystem: 'linux', phase: name, agentVersion: '1.67' }));
    const always = [...entra, ...arc, ...notification, '*.blob.core.windows.net'];
    assert.deepEqual(phase('install'), ['aka.ms', 'packages.microsoft.com', ...always]);
    assert.deepEqual(phase('connect'), [
      ...entra,
      'management.azure.com',
      ...arc,
      ...notification,
      '*.blob.core.windows.net',
    ]);
    assert.deepEqual(phase('run'), always);
  });

  test('the proxy carries the same list as the public route (R19)', () => {
    const answer = ask({ products: ['servers'], connectivity: 'proxy' });
    assert.deepEqual(hosts(answer, 'proxy'), hosts(ask({ products: ['servers'] }), 'public'));
  });

  test('AzureUSGovernment and AzureChinaCloud have their own names and none of AzureCloud', () => {
    const government = ask({
      products: ['servers'],
      cloud: 'AzureUSGovernment',
      agentVersion: '1.67',
      connectivity: 'private-endpoint',
    });
    assert.deepEqual(hosts(government, 'private'), ['*.his.arc.azure.us', '*.guestconfiguration.azure.us']);
    assert.deepEqual(hosts(government, 'public'), [
      ...downloads,
      'login.microsoftonline.us',
      'pasff.usgovcloudapi.net',
      'management.usgovcloudapi.net',
    ]);
    const china = ask({ products: ['servers'], cloud: 'azurechinacloud', connectivity: 'private-endpoint' });
    assert.deepEqual(hosts(china, 'private'), []);
    assert.ok(china.warnings.some((warning) => warning.includes('no private-link column')));
  });

  test('"except with private endpoints" counts only in a table that sends something to one', () => {
    const privately = (cloud: string) =>
      ask({ products: ['servers'], cloud, connectivity: 'private-endpoint' });
    const blob = '*.blob.core.chinacloudapi.cn';
    const china = privately('AzureChinaCloud');
    assert.ok(hosts(china, 'public').includes(blob));
    const entry = china.in.find(({ requirement }) => requirement.host === blob);
    assert.match(entry?.reason.text ?? '', /exception for private endpoints does not count/);
    assert.equal(
      reasonOf(privately('AzureUSGovernment'), '*.blob.core.usgovcloudapi.net'),
      'unused-with-private-link',
    );
  });

  test("names of the private endpoint go to it in every product's table", () => {
    const answer = ask({ products: ['kubernetes', 'resource-bridge'], connectivity: 'private-endpoint' });
    assert.deepEqual(hosts(answer, 'private'), [
      '<region>.dp.kubernetesconfiguration.azure.com',
      'gbl.his.arc.azure.com',
      '*.his.arc.azure.com',
      '*.his.arc.azure.com',
    ]);
    assert.ok(hosts(answer, 'public').includes('management.azure.com'));
    assert.deepEqual(hosts(ask({ products: ['kubernetes'] }), 'private'), []);
  });
});

describe('products that build on others', () => {
  test('ESU alone: the subset, with the certificate host as seed 004 names it', () => {
    const answer = ask({ products: ['esu'] });
    assert.deepEqual([...hosts(answer)].sort(), [
      '*.guestconfiguration.azure.com',
      '*.his.arc.azure.com',
      'aka.ms',
      'download.microsoft.com',
      'login.microsoftonline.com',
      'login.windows.net',
      'management.azure.com',
      'www.microsoft.com/pkiops/certs',
    ]);
    assert.equal(reasonOf(answer, 'pas.windows.net'), 'not-in-subset');
    assert.equal(reasonOf(answer, 'microsoft.com/pkiops/certs'), 'superseded');
  });

  test('SQL Server: by extension release, san-af or arcdataservices; both where it is not said', () => {
    const old = 'san-af-<region>-prod.azurewebsites.net';
    const later = '*.<region>.arcdataservices.com';
    const names = (version?: string) =>
      hosts(
        ask({
          products: ['sql-server'],
          ...(version ? { extensionVersions: { 'sql-server': version } } : {}),
        }),
      ).filter((host) => host === old || host === later);
    assert.deepEqual(names(), [later, old]);
    assert.deepEqual(names('2024-02-13'), [old]);
    assert.deepEqual(names('2023-11-14'), [old]);
    assert.deepEqual(names('2024-03-12'), [later]);
    assert.deepEqual(names('2026-01-01'), [later]);
  });

  test('a row that begins with a version leaves earlier ones to the row that it supersedes', () => {
    const earlier = 'telemetry.<region>.arcdataservices.com';
    const at = (version?: string) =>
      ask({
        products: ['sql-server'],
        ...(version ? { extensionVersions: { 'sql-server': version } } : {}),
      });
    const inList = (answer: RequirementAnswer) => hosts(answer).includes(earlier);
    assert.ok(inList(at('2024-02-13')));
    assert.ok(inList(at()), 'an unknown version may be an early one');
    assert.match(
      at().in.find(({ requirement }) => requirement.host === earlier)?.reason.text ?? '',
      /before sql-server 2024-03-12/,
    );
    assert.equal(reasonOf(at('2024-03-12'), earlier), 'superseded');
  });

  test('a version between the last bound and the next has the rows of both, and a warning', () => {
    const answer = ask({ products: ['sql-server'], extensionVersions: { 'sql-server': '2024-03-01' } });
    for (const host of [
      'san-af-<region>-prod.azurewebsites.net',
      'telemetry.<region>.arcdataservices.com',
      '*.<region>.arcdataservices.com',
    ])
      assert.ok(hosts(answer).includes(host), host);
    assert.ok(answer.warnings.some((warning) => /sql-server 2024-03-01/.test(warning)));
    // One row ends with 0.2.32 and none begins: later versions have no gap to fall into.
    const bridge = ask({ products: ['resource-bridge'], extensionVersions: { arcappliance: '1.0.0' } });
    assert.deepEqual(bridge.warnings, []);
    assert.equal(reasonOf(bridge, 'msk8s.b.tlu.dl.delivery.mp.microsoft.com'), 'extension-version');
  });

  test('SQL Server needs all that servers need', () => {
    const servers = hosts(ask({ products: ['servers'] }));
    assert.ok(servers.every((host) => hosts(ask({ products: ['sql-server'] })).includes(host)));
  });

  test('Kubernetes: features bring their rows and nothing else does', () => {
    const plain = hosts(ask({ products: ['kubernetes'] }));
    const added = (feature: string) =>
      hosts(ask({ products: ['kubernetes'], features: [feature] })).filter((host) => !plain.includes(host));
    const relay = [
      'guestnotificationservice.azure.com',
      '*.guestnotificationservice.azure.com',
      'sts.windows.net',
      'k8sconnectcsp.azureedge.net',
      '*.servicebus.windows.net',
    ];
    assert.equal(plain.length, 11);
    assert.deepEqual(added('cluster-connect'), [...relay, '<region>.obo.arc.azure.com']);
    assert.deepEqual(added('custom-locations'), relay);
    assert.deepEqual(added('azure-rbac'), ['graph.microsoft.com']);
    assert.deepEqual(added('automatic-upgrade'), ['dl.k8s.io']);
    for (const product of ['app-services', 'machine-learning'])
      assert.deepEqual(hosts(ask({ products: [product] })), plain);
  });

  test('data services: direct mode adds to Kubernetes, indirect mode stands alone and names its source', () => {
    const direct = ask({ products: ['data-services'] });
    const monitor = [
      '*.ods.opinsights.azure.com',
      '*.oms.opinsights.azure.com',
      '*.monitoring.azure.com',
      'san-af-<region>-prod.azurewebsites.net',
    ];
    assert.deepEqual(hosts(direct).slice(-5), ['arcdataservicesrow1.azurecr.io', ...monitor]);
    assert.equal(direct.in.length, 11 + 5);
    assert.deepEqual(direct.in.at(-1)?.source, ['data-controller-pod']);
    const indirect = ask({ products: ['data-services'], features: ['indirect-mode'] });
    assert.deepEqual(hosts(indirect), monitor);
    assert.ok(indirect.in.every(({ source }) => source.join() === 'upload-machine'));
    const either = ask({ products: ['data-services'], features: ['indirect-mode', 'direct-mode'] });
    assert.deepEqual(either.in.at(-1)?.source, ['data-controller-pod', 'upload-machine']);
  });

  test('VMware and SCVMM: the bridge and their server; servers only with guest management', () => {
    for (const [product, address] of [
      ['vmware', '{vcenter-address}'],
      ['scvmm', '{scvmm-address}'],
    ] as const) {
      const plain = ask({ products: [product] });
      assert.equal(plain.in.length, 19 + 1);
      assert.ok(hosts(plain).includes(address));
      assert.equal(reasonOf(plain, 'pas.windows.net'), 'feature-not-used');
      const guests = ask({ products: [product], features: ['guest-management'] });
      assert.equal(guests.in.length, 19 + 1 + ask({ products: ['servers'] }).in.length);
    }
    assert.deepEqual(hosts(ask({ products: ['azure-local'] })), hosts(ask({ products: ['servers'] })));
  });

  test('the resource bridge: the plain-HTTP image host only for the old CLI extension', () => {
    const has = (version?: string) =>
      hosts(
        ask({
          products: ['resource-bridge'],
          ...(version ? { extensionVersions: { arcappliance: version } } : {}),
        }),
      ).includes('msk8s.b.tlu.dl.delivery.mp.microsoft.com');
    assert.deepEqual(
      [has(), has('0.2.32'), has('0.2.9'), has('0.2.33'), has('1.0')],
      [true, true, true, false, false],
    );
  });

  test('what a product adds adds nothing further, so that one step finds it all', () => {
    for (const { adds } of compositionsOf(seedCatalogue)) {
      for (const { product } of adds)
        assert.deepEqual(compositionOf(product, compositionsOf(seedCatalogue))!.adds, []);
    }
  });
});

describe('endpoints', () => {
  test('the path keeps www.microsoft.com from being opened as a whole, on 80 and 443', () => {
    const found = endpointsOf(ask({ products: ['esu'] })).filter(({ host }) => host === 'www.microsoft.com');
    assert.deepEqual(
      found.map(({ path, port, tls }) => [path, port, tls]),
      [
        ['/pkiops/certs', 80, false],
        ['/pkiops/certs', 443, true],
      ],
    );
  });

  test('an endpoint is optional only while every row that asks for it is', () => {
    const entry = ask({ products: ['esu'] }).in.find(({ requirement }) => requirement.host === 'aka.ms');
    assert.ok(entry);
    const rows = (...optional: readonly boolean[]) =>
      endpointsOf({ in: optional.map((each) => ({ ...entry, optional: each })) }).map(
        (each) => each.optional,
      );
    assert.deepEqual([rows(true), rows(true, false), rows(false, true)], [[true], [false], [false]]);
  });

  test('rows of several products for one name become one endpoint that knows them all', () => {
    const found = endpointsOf(
      ask({ products: ['servers', 'kubernetes', 'resource-bridge'], features: ['ssh', 'cluster-connect'] }),
    );
    const relay = found.filter(({ host }) => host === '*.servicebus.windows.net');
    assert.equal(relay.length, 1);
    assert.equal(relay[0]?.webSocket, true);
    assert.deepEqual(relay[0]?.sources, ['server', 'cluster']);
    assert.equal(relay[0]?.requirements.length, 2);
    const keys = found.map(({ host, path, port, via }) => [host, path, port, via].join());
    assert.equal(new Set(keys).size, keys.length);
  });
});

const questions = fc.record(
  {
    cloud: fc.constantFrom(...cloudNames),
    chosen: fc.array(fc.nat(), { maxLength: 4 }),
    features: fc.subarray([...featureNames]),
    operatingSystem: fc.constantFrom(undefined, ...operatingSystems),
    phase: fc.constantFrom(undefined, ...phases),
    connectivity: fc.constantFrom(...connectivities),
    resourceManagementPrivateLink: fc.boolean(),
    agentVersion: fc.constantFrom(undefined, '1.3', '1.4', '1.23', '1.24', '1.67'),
    extension: fc.constantFrom(undefined, '2023-01-01', '2024-02-13', '2024-02-28', '2024-03-12'),
  },
  { noNullPrototype: true },
);

type Question = typeof questions extends fc.Arbitrary<infer T> ? T : never;

const inputOf = (
  { chosen, cloud, extension, operatingSystem, phase, agentVersion, ...rest }: Question,
  catalogue: Catalogue,
): QueryInput => {
  const offered = compositionsOf(catalogue)
    .filter(({ clouds }) => clouds.includes(cloud))
    .map(({ product }) => product);
  return {
    ...rest,
    cloud,
    products: chosen.map((index) => offered[index % offered.length]!),
    ...(operatingSystem === undefined ? {} : { operatingSystem }),
    ...(phase === undefined ? {} : { phase }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
    ...(extension === undefined ? {} : { extensionVersions: { 'sql-server': extension } }),
  };
};

const seeded = { seed: 20240312, numRuns: 400 };

for (const catalogue of [seedCatalogue, currentCatalogue]) {
  const ask = (input: QueryInput): RequirementAnswer => answerQuery(catalogue, readQuery(input, catalogue));
  const given = (question: Question) => inputOf(question, catalogue);
  describe(`for every question of catalogue ${catalogue.version}`, () => {
    test('each entry of the catalogue is in or out, once, with a reason', () => {
      fc.assert(
        fc.property(questions, (question) => {
          const answer = ask(given(question));
          const all = [...answer.in, ...answer.out];
          assert.deepEqual(
            all.map(({ requirement }) => requirement.id).sort(),
            catalogue.requirements.map(({ id }) => id).sort(),
          );
          for (const { reason, requirement } of all) assert.ok(reason.text.length > 3, requirement.id);
        }),
        seeded,
      );
    });

    test('of another cloud nothing is in the exact list, and superseded entries only for versions that their successor leaves out', () => {
      fc.assert(
        fc.property(questions, (question) => {
          const answer = ask(given(question));
          for (const { requirement } of answer.in) {
            assert.equal(requirement.cloud, question.cloud);
            if (requirement.status === 'current') continue;
            const { extensionVersion } = catalogue.requirements.find(
              ({ id }) => id === requirement.supersededBy,
            )!;
            assert.ok(extensionVersion?.from !== undefined, requirement.id);
            assert.ok(
              question.extension === undefined || question.extension < extensionVersion.from,
              requirement.id,
            );
          }
        }),
        seeded,
      );
    });

    test('with a private endpoint: private ∪ public ∪ unused is what the public route needs, and they are disjoint', () => {
      fc.assert(
        fc.property(questions, (question) => {
          const input = given(question);
          const open = ask({ ...input, connectivity: 'public' });
          const closed = ask({ ...input, connectivity: 'private-endpoint' });
          const ids = (via: string) =>
            closed.in.filter((entry) => entry.via === via).map((entry) => entry.requirement.id);
          const unused = closed.out
            .filter(({ reason }) =>
              ['unused-with-private-link', 'not-available-over-private-link'].includes(reason.code),
            )
            .map(({ requirement }) => requirement.id);
          const parts = [...ids('private'), ...ids('public'), ...ids('local'), ...unused];
          assert.equal(new Set(parts).size, parts.length);
          assert.deepEqual([...parts].sort(), open.in.map(({ requirement }) => requirement.id).sort());
          // The oracle is the seed's column; where a table has none, whether the endpoint's zones hold the name.
          const stated = catalogue.requirements.some(
            ({ cloud, privateLink }) => cloud === question.cloud && privateLink === 'private',
          );
          for (const entry of closed.in) {
            const column = entry.requirement.privateLink;
            const zoned =
              /(?:^|\.)(his\.arc|guestconfiguration|dp\.kubernetesconfiguration)\.azure\.(com|us)$/;
            const expected =
              column === 'private' ||
              (column === 'not-stated' && stated && zoned.test(entry.requirement.host)) ||
              (column.startsWith('public-unless') && question.resourceManagementPrivateLink);
            assert.equal(entry.via === 'private', expected, entry.requirement.id);
            assert.notEqual(column, 'unused');
          }
        }),
        seeded,
      );
    });

    test('to know less never shortens the list: without phase, system or versions everything stays in', () => {
      fc.assert(
        fc.property(questions, (question) => {
          const {
            phase: _phase,
            operatingSystem: _system,
            agentVersion: _agent,
            extensionVersions: _extension,
            ...less
          } = given(question);
          const vague = new Set(ask(less).in.map(({ requirement }) => requirement.id));
          for (const { requirement } of ask(given(question)).in)
            assert.ok(vague.has(requirement.id), requirement.id);
        }),
        seeded,
      );
    });

    test('two products together need what each needs alone', () => {
      fc.assert(
        fc.property(questions, fc.nat(), (question, index) => {
          const input = { ...given(question), features: [] };
          const [left, right] = [
            input.products?.[0],
            input.products?.[index % Math.max(1, input.products.length)],
          ];
          if (left === undefined || right === undefined) return;
          const both = new Set(
            ask({ ...input, products: [left, right] }).in.map(({ requirement }) => requirement.id),
          );
          for (const product of [left, right]) {
            for (const { requirement } of ask({ ...input, products: [product] }).in)
              assert.ok(both.has(requirement.id), requirement.id);
          }
        }),
        seeded,
      );
    });
  });
}
