/** Catalogue versions: sealed once published, compared, fed, written and read back. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { requiredServiceTags } from '@tombolo/private-link';
import fc from 'fast-check';
import { answerQuery } from './answer.ts';
import { type Catalogue, catalogues, cataloguesUpTo, currentCatalogue, seedCatalogue } from './catalogue.ts';
import { catalogueDocument, readCatalogue, requirementSchema } from './catalogue-document.ts';
import { compositionsOf } from './composition.ts';
import { compareCatalogues } from './difference.ts';
import { changeFeed } from './feed.ts';
import { extensionServices } from './lists/extension-services.ts';
import { parameters } from './lists/parameters.ts';
import { proxyBypassGroups } from './lists/proxy-bypass.ts';
import { securityRules } from './lists/security-rules.ts';
import { catchAllServiceTag, serviceTags } from './lists/service-tags.ts';
import { tlsFacts, tlsPlatforms } from './lists/transport-security.ts';
import { RequirementsProblem } from './problem.ts';
import { catalogueName, sourceAge, spanText } from './provenance.ts';
import { readQuery } from './query.ts';
import { parameterNames, productNames, type Requirement, target } from './requirement.ts';
import { countRows } from './summary.ts';
import { supersede } from './supersession.ts';
import { toCsv, toMarkdown } from './text-table.ts';

const [first] = catalogues as readonly [Catalogue, ...Catalogue[]];
const digest = (catalogue: Catalogue): string =>
  createHash('sha256').update(JSON.stringify(catalogue)).digest('hex').slice(0, 16);

describe('published versions', () => {
  test('are sealed: a change of their rows is a new version, not another content of the old', () => {
    assert.deepEqual(
      catalogues.map((catalogue) => [catalogue.version, digest(catalogue)]),
      [
        ['1.0.0', '409e458d636d7438'],
        ['2.0.0', '057824924cf22dfe'],
        ['3.0.0', '50b897e704e4567a'],
      ],
    );
  });

  test('every entry of every version passes the schema; ids and current names are unique', () => {
    for (const { requirements, version } of catalogues) {
      for (const entry of requirements) requirementSchema.parse(entry);
      assert.equal(new Set(requirements.map(({ id }) => id)).size, requirements.length, version);
      const current = requirements.filter(({ status }) => status === 'current');
      const names = current.map(
        (entry) => `${entry.product} ${entry.cloud} ${target(entry)} ${entry.variant ?? ''}`,
      );
      assert.equal(new Set(names).size, names.length, version);
    }
  });

  test('versions and dates rise', () => {
    assert.deepEqual(
      catalogues.map(({ version }) => version),
      ['1.0.0', '2.0.0', '3.0.0'],
    );
    assert.ok(catalogues.every(({ date }) => /^\d{4}-\d\d-\d\d$/.test(date)));
  });
});

describe('diff', () => {
  test('from seed 003 alone to 004 over it: what a firewall has to open and may close in AzureCloud', () => {
    const difference = compareCatalogues(first, seedCatalogue, { clouds: ['AzureCloud'] });
    assert.deepEqual(difference.added.map(target), [
      '*.<region>.arcdataservices.com',
      'www.microsoft.com/pkiops/certs',
    ]);
    assert.deepEqual(
      difference.removed.map(({ requirement, replacedBy }) => [
        requirement.product,
        target(requirement),
        replacedBy && target(replacedBy),
      ]),
      [
        ['servers', 'telemetry.<region>.arcdataservices.com', '*.<region>.arcdataservices.com'],
        ['servers', 'microsoft.com/pkiops/certs', 'www.microsoft.com/pkiops/certs'],
        ['esu', 'microsoft.com/pkiops/certs', 'www.microsoft.com/pkiops/certs'],
      ],
    );
    assert.deepEqual(
      difference.changed.map(({ requirement, changes }) => [target(requirement), changes]),
      [
        [
          'san-af-<region>-prod.azurewebsites.net',
          [
            {
              field: 'extensionVersion',
              before: null,
              after: { extension: 'sql-server', until: '2024-02-13' },
            },
          ],
        ],
      ],
    );
  });

  test('the other clouds are new as a whole: 11 and 15 entries', () => {
    const count = (cloud: 'AzureUSGovernment' | 'AzureChinaCloud') =>
      compareCatalogues(first, seedCatalogue, { clouds: [cloud] }).added.length;
    assert.deepEqual([count('AzureUSGovernment'), count('AzureChinaCloud')], [11, 15]);
  });

  test('a catalogue differs from itself in nothing; back is the mirror of forth', () => {
    const same = compareCatalogues(seedCatalogue, seedCatalogue);
    assert.deepEqual([same.added, same.removed, same.changed], [[], [], []]);
    const forth = compareCatalogues(first, seedCatalogue);
    const back = compareCatalogues(seedCatalogue, first);
    assert.deepEqual(
      back.added.map(target),
      forth.removed.map(({ requirement }) => target(requirement)),
    );
    assert.deepEqual(
      back.removed.map(({ requirement }) => target(requirement)),
      forth.added.map(target),
    );
    assert.equal(back.unchanged, forth.unchanged);
  });

  test('after any removals, additions and changes, the difference names exactly those', () => {
    const all = first.requirements;
    const plan = fc.array(fc.constantFrom('keep', 'drop', 'change'), {
      minLength: all.length,
      maxLength: all.length,
    });
    fc.assert(
      fc.property(plan, (fates) => {
        const of = (fate: string): readonly Requirement[] => all.filter((_, index) => fates[index] === fate);
        const changed = of('change').map(
          (entry): Requirement => ({ ...entry, ports: [{ port: 8443, protocol: 'TCP', tls: true }] }),
        );
        const extra: Requirement = { ...all[0]!, id: 'x', host: 'new.example.org' };
        const difference = compareCatalogues(first, {
          version: '9.0.0',
          date: '2030-01-01',
          requirements: [extra, ...of('keep'), ...changed],
        });
        assert.deepEqual(difference.added, [extra]);
        assert.deepEqual(
          difference.removed.map(({ requirement }) => requirement),
          of('drop'),
        );
        assert.deepEqual(
          difference.changed.map(({ requirement, changes }) => [
            requirement.id,
            changes.map(({ field }) => field),
          ]),
          changed.map(({ id }) => [id, ['ports']]),
        );
        assert.equal(difference.unchanged, of('keep').length);
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  test('an earlier row with no successor stops the catalogue from being made', () => {
    const [entry] = first.requirements as readonly [Requirement];
    assert.throws(() => supersede([], [entry]), /has no successor/);
  });
});

describe('the feed', () => {
  test('has what JSON Feed 1.1 demands, one item a version, newest first, ids that never change', () => {
    const feed = changeFeed(catalogues);
    assert.equal(feed.version, 'https://jsonfeed.org/version/1.1');
    assert.ok(feed.title.length > 0);
    for (const item of feed.items) {
      assert.ok(item.id.length > 0 && item.content_text.length > 0);
      assert.ok(!Number.isNaN(Date.parse(item.date_published)));
    }
    assert.equal(feed.items[0]?.id, `tombolo-requirements-${currentCatalogue.version}`);
    assert.equal(feed.items[1]?._tombolo.previous, '1.0.0');
    assert.equal(feed.items[2]?._tombolo.added.length, 72);
    assert.deepEqual(
      feed.items[1]?._tombolo.removed.map(({ replacedBy }) => replacedBy?.split('/')[2]),
      ['004', '004', '004'],
    );
  });
});

describe('documents', () => {
  test('a catalogue reads back as what was written', () => {
    for (const catalogue of catalogues) {
      assert.deepEqual(readCatalogue(JSON.parse(JSON.stringify(catalogueDocument(catalogue)))), catalogue);
    }
  });

  test('what is no catalogue is refused, and the first wrong field is named', () => {
    const good = JSON.parse(JSON.stringify(catalogueDocument(seedCatalogue)));
    const [entry] = good.requirements;
    const other = (change: object) => ({ ...good, requirements: [{ ...entry, ...change }] });
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [null, /document|expected/i],
      [[], /document|expected/i],
      [{ ...good, version: '1' }, /version/],
      [{ ...good, requirements: 'all' }, /requirements/],
      [{ ...good, requirements: [] }, /requirements: /],
      [{ ...good, basis: 'a\u202eb' }, /basis: it has the character \(?U\+202E\)? behind 'a'/],
      [other({ note: '\u001b[31m' }), /requirements\.0\.note: it has the character U\+001B at its beginning/],
      [other({ id: 'a\u200b' }), /requirements\.0\.id: it has a zero width space \(U\+200B\) at its end/],
      [other({ purpose: 'two\r\nlines' }), /requirements\.0\.purpose/],
      [other({ '\u001b[2J': 1 }), /‹U\+001B›\[2J/],
      [{ ...good, requirements: [entry, entry] }, /there twice/],
      [other({ host: 'a b' }), /requirements\.0\.host/],
      [other({ host: 'https://aka.ms' }), /host/],
      [other({ host: 'aka.ms.' }), /host/],
      [other({ host: '*a*a*a*a.ms' }), /host/],
      [other({ ports: [] }), /ports/],
      [other({ ports: [{ port: 70_000, protocol: 'TCP', tls: true }] }), /port/],
      [other({ product: 'toaster' }), /product/],
      [other({ status: 'superseded' }), /superseded by nothing/],
      [other({ supersededBy: entry.id }), /current by/],
      [other({ surprise: 1 }), /surprise/],
    ];
    for (const [value, message] of cases) {
      assert.throws(
        () => readCatalogue(value),
        (error: RequirementsProblem) => {
          assert.ok(error instanceof RequirementsProblem);
          assert.match(error.message, message);
          return true;
        },
      );
    }
  });

  test('CSV: one line an entry, quotes where they are needed, nothing that a spreadsheet calculates', () => {
    const answer = answerQuery(seedCatalogue, readQuery({ products: ['servers'] }, seedCatalogue));
    const lines = toCsv([...answer.in, ...answer.out]).split('\r\n');
    assert.equal(lines.length, 1 + seedCatalogue.requirements.length + 1);
    assert.match(lines[0] ?? '', /^included,via,direction,host,/);
    const judged = { ...answer.in[0]!, reason: { code: 'needed', text: '=1+1,"x"' } } as const;
    assert.match(toCsv([judged]), /"'=1\+1,""x"""/);
  });

  test('Markdown: a line an entry of the exact list, and superseded entries below it', () => {
    const answer = answerQuery(
      seedCatalogue,
      readQuery({ products: ['servers'], agentVersion: '1.67' }, seedCatalogue),
    );
    const [needed = '', left = ''] = toMarkdown(answer).split('## Left out');
    assert.equal(needed.split('\n').filter((line) => line.startsWith('| `')).length, answer.in.length);
    assert.match(left, /`microsoft\.com\/pkiops\/certs`.*superseded/);
    assert.match(left, /`dc\.services\.visualstudio\.com`.*1\.24/);
  });
});

describe('lists of the pages beside the tables', () => {
  test('each bypass group has hosts, as the page of proxy settings counts them', () => {
    assert.deepEqual(
      proxyBypassGroups.map(({ group, hosts }) => [group, hosts.length]),
      [
        ['AAD', 3],
        ['ARM', 1],
        ['Arc', 2],
        ['ArcData', 1],
        ['AMA', 6],
      ],
    );
  });

  test('service tags of pages say where they were read, and for which cloud or product', () => {
    const pages = serviceTags.filter(({ seeds }) => seeds.length === 0);
    assert.deepEqual(
      pages.map(({ name, clouds, privatelyFor, besideFor, ofPublicCloud }) =>
        [name, clouds?.join('+'), privatelyFor?.join() ?? besideFor, ofPublicCloud].filter(Boolean).join(' '),
      ),
      [
        'AzureFrontDoor.Frontend AzureCloud',
        'AzureArcInfrastructure AzureUSGovernment+AzureChinaCloud true',
        'AzureFrontDoor.FirstParty AzureCloud kubernetes',
        'MicrosoftContainerRegistry AzureCloud kubernetes',
        'AzureMonitor azure-monitor-agent',
        'GuestAndHybridManagement automation',
        'MicrosoftDefenderForEndpoint defender',
        'OneDsCollector defender',
      ],
    );
  });

  test('where pages disagree, the fact and the answer say so', () => {
    assert.equal(tlsFacts.filter(({ disagreement }) => disagreement !== undefined).length, 1);
    for (const { sources } of tlsFacts) for (const source of sources) assert.match(source, / \d{4}-\d\d/);
    const warned = (cloud: string) =>
      readQuery({ products: ['windows-admin-center'], cloud }, currentCatalogue).warnings.some((text) =>
        /disagree/.test(text),
      );
    assert.deepEqual([warned('AzureChinaCloud'), warned('AzureCloud')], [true, false]);
  });
});

describe('counts and lists beside the tables', () => {
  test('rows by product and cloud, as list --summary prints them', () => {
    assert.deepEqual(
      countRows(seedCatalogue)
        .filter(({ entries }) => entries > 0)
        .map(({ product, cloud, rows, entries, superseded, bounded }) =>
          [product, cloud, rows, entries, superseded, bounded].join(' '),
        ),
      [
        'servers AzureCloud 19 21 2 3',
        'servers AzureUSGovernment 11 11 0 1',
        'servers AzureChinaCloud 14 15 0 1',
        'esu AzureCloud 8 8 1 0',
        'kubernetes AzureCloud 13 19 0 0',
        'data-services AzureCloud 3 5 0 0',
        'resource-bridge AzureCloud 18 19 0 1',
        'vmware AzureCloud 1 1 0 0',
        'scvmm AzureCloud 1 1 0 0',
      ],
    );
  });

  test('each product is composed once, and each parameter and its use belong together', () => {
    assert.deepEqual(
      compositionsOf(currentCatalogue)
        .map(({ product }) => product)
        .sort(),
      [...productNames].sort(),
    );
    const used = new Set(currentCatalogue.requirements.flatMap((entry) => entry.parameters ?? []));
    assert.deepEqual([...used].sort(), [...parameterNames].sort());
    assert.deepEqual(parameters.map(({ name }) => name).sort(), [...parameterNames].sort());
  });

  test('seeds 003 and 004: the six service tags, one on a condition; AzureCloud as the catch-all', () => {
    assert.deepEqual(
      serviceTags
        .filter(({ seeds }) => seeds.length > 0)
        .map(({ name, condition }) => [name, condition !== undefined]),
      [
        ['AzureActiveDirectory', false],
        ['AzureTrafficManager', false],
        ['AzureResourceManager', false],
        ['AzureArcInfrastructure', false],
        ['Storage', false],
        ['WindowsAdminCenter', true],
      ],
    );
    assert.equal(catchAllServiceTag.name, 'AzureCloud');
    const known = new Set<string>(serviceTags.map(({ name }) => name));
    for (const { serviceTag, id } of [...seedCatalogue.requirements, ...currentCatalogue.requirements]) {
      if (serviceTag !== undefined) assert.ok(known.has(serviceTag), id);
    }
    assert.deepEqual([...known].sort(), Object.keys(requiredServiceTags).sort());
    for (const entry of serviceTags)
      assert.ok(entry.seeds.length > 0 || entry.source !== undefined, entry.name);
  });

  test('R22: the two rules of seed 001, setting for setting', () => {
    assert.deepEqual(
      securityRules.map((rule) => [
        rule.name,
        rule.priority,
        rule.source,
        rule.sourcePortRanges,
        rule.destinationServiceTag,
        rule.destinationPortRanges,
        rule.protocol,
        rule.action,
      ]),
      [
        ['AllowAADOutboundAccess', 150, 'VirtualNetwork', '*', 'AzureActiveDirectory', '443', 'Tcp', 'Allow'],
        ['AllowAzOutboundAccess', 151, 'VirtualNetwork', '*', 'AzureResourceManager', '443', 'Tcp', 'Allow'],
      ],
    );
  });

  test('the TLS table has the two rows of the seeds and the third of 2026; the four services of extensions have type, group and zones', () => {
    assert.deepEqual(
      tlsPlatforms.map(({ platform }) => platform),
      ['Linux', 'Windows Server 2012 R2 and higher', 'Windows Server 2012'],
    );
    assert.deepEqual(
      extensionServices.map(({ privateLink }) => [
        privateLink.resourceType,
        privateLink.groupIds.join(),
        privateLink.zones.AzureCloud?.length,
      ]),
      [
        ['Microsoft.Insights/privateLinkScopes', 'azuremonitor', 5],
        ['Microsoft.Automation/automationAccounts', 'Webhook,DSCAndHybridWorker', 1],
        ['Microsoft.KeyVault/vaults', 'vault', 1],
        ['Microsoft.Storage/storageAccounts', 'blob', 1],
      ],
    );
    for (const { privateLink } of extensionServices) {
      for (const zone of Object.values(privateLink.zones).flat())
        assert.match(zone, /^privatelink\.[a-z0-9.-]+$/);
    }
  });
});

describe('how an output names its catalogue', () => {
  test('the age is that of the sources, on the day that is given; without one none is said', () => {
    const span = { oldest: '2025-12-31', newest: '2026-01-31', undated: 0 };
    assert.equal(spanText(span), 'sources of 2025-12-31 to 2026-01-31');
    assert.equal(
      spanText({ ...span, undated: 3 }, '2026-02-01'),
      'sources of 2025-12-31 to 2026-01-31 (1 to 32 days old), and 3 entries of undated ones',
    );
    const oneDay = { oldest: '2026-01-31', newest: '2026-01-31', undated: 0 };
    assert.equal(spanText(oneDay, '2026-02-01'), 'sources of 2026-01-31 (1 day old)');
    assert.deepEqual(sourceAge(span, '2026-02-01'), { newestDays: 1, oldestDays: 32 });
    assert.deepEqual(sourceAge({ undated: 2 }, '2026-02-01'), {});
    // A clock that is behind the sources makes nobody younger than new.
    assert.deepEqual(sourceAge(oneDay, '2026-01-01'), { newestDays: 0, oldestDays: 0 });
  });

  test('what was taken from a file says so, and stands last among the versions', () => {
    const kept = { ...currentCatalogue, version: '9.1.0', kept: true } as const;
    assert.equal(
      catalogueName({ ...kept, asOf: '2026-01-01' }),
      '9.1.0 (taken from a file) as of 2026-01-01',
    );
    assert.deepEqual(cataloguesUpTo(kept), [...catalogues, kept]);
    assert.equal(cataloguesUpTo(currentCatalogue), catalogues);
    const answer = answerQuery(kept, readQuery({ products: ['servers'] }, kept));
    assert.match(toMarkdown(answer), /^# Network requirements 9\.1\.0 \(taken from a file\), published /);
  });
});
