import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answerQuery,
  cloudNames,
  productNames,
  type QueryInput,
  readQuery,
  seedCatalogue,
} from '@tombolo/requirements';
import { exportRules, findFormat, formats } from './export-rules.ts';
import { fit } from './fit.ts';
import { addressesOnly } from './formats/format.ts';
import { quoted } from './formats/windows-firewall.ts';
import { makePlan } from './make-plan.ts';
import {
  endpointMembers,
  golden,
  planFor,
  privatePlan,
  publicPlan,
  sampleTags,
  tagDocument,
} from './plan.testkit.ts';
import { FirewallProblem } from './problem.ts';

const proxy = 'proxy.example.org:3128';

const problem = (code: string, work: () => unknown): FirewallProblem => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof FirewallProblem, String(error));
    assert.equal(error.code, code);
    return error;
  }
  throw new assert.AssertionError({ message: `${code} was not thrown` });
};

/** Every question of the catalogue that has an answer. */
const questions: readonly QueryInput[] = cloudNames.flatMap((cloud) =>
  productNames.flatMap((product) =>
    (['public', 'private-endpoint'] as const).map((connectivity) => ({
      cloud,
      products: [product],
      connectivity,
      endpointMembers,
    })),
  ),
);

describe('nothing is dropped silently', () => {
  test('every host of every product and cloud is a rule or a reason, in every form', () => {
    let asked = 0;
    for (const question of questions) {
      let plan: ReturnType<typeof planFor>;
      try {
        plan = planFor(question, { serviceTags: sampleTags, dns: ['10.0.2.4'] });
      } catch {
        continue; // The sources state nothing for this product in this cloud.
      }
      asked += 1;
      for (const format of formats) {
        const fitted = fit(plan, format.can);
        const byTag = new Set(
          plan.tags
            .filter((rule) => format.can.tags || rule.prefixes !== undefined)
            .map((rule) => `${rule.tag} ${rule.port}`),
        );
        for (const rule of plan.hosts) {
          const { host, port, path, leg, tags, addresses } = rule;
          const left = fitted.unexpressed.some(
            (entry) => entry.host === host && entry.port === port && entry.path === path,
          );
          const named = fitted.names.includes(rule);
          const routed = leg === 'endpoint' && fitted.privateNames.includes(host);
          const tagged = tags.some((tag) => byTag.has(`${tag} ${port}`));
          const placed = addresses.length > 0 && format.can.addresses;
          const ways = [left, named || (routed && !format.can.addresses) || tagged || placed];
          assert.ok(ways.some(Boolean), `${format.name}: ${host}:${port} is gone`);
        }
        for (const { host, reason } of fitted.unexpressed) assert.ok(reason.length > 5, host);
      }
    }
    assert.ok(asked > 25, `${asked} questions`);
  });

  test('what is not expressed stands in the output itself, each with its reason', () => {
    const plan = publicPlan();
    for (const format of formats.filter(({ name }) => name !== 'csv' && name !== 'json')) {
      const { files, unexpressed } = exportRules(plan, format, { proxy });
      const text = files
        .map((file) => file.text)
        .join('\n')
        .replaceAll('\\|', '|');
      for (const { host, reason } of unexpressed) {
        const shown = format.name === 'markdown' ? reason : JSON.stringify(reason).slice(1, -1);
        assert.ok(text.includes(host) && text.includes(shown), `${format.name}: ${host}`);
      }
    }
  });

  test('a path does not open the whole host, in any form', () => {
    for (const tlsInspection of [false, true]) {
      for (const format of formats.filter((each) => each.can.names && each.name !== 'pac')) {
        const { files } = exportRules(publicPlan(), format, { proxy, tlsInspection });
        const rules = files
          .flatMap(({ text }) => text.split('\n'))
          .filter((line) => !/^\s*["#!/]|^\s{6}"/.test(line) || /"www/.test(line))
          .filter((line) => !/NOT EXPRESSED|port \d+:/.test(line));
        for (const line of rules.filter((text) => /www\\?\.microsoft\\?\.com/.test(text))) {
          const inspected = /^\^www\\\.microsoft\\\.com\$$/.test(line) && tlsInspection;
          assert.ok(/pkiops/.test(line) || inspected, `${format.name}: ${line}`);
        }
      }
    }
  });

  test('a service-tag list without a needed tag is said, and its hosts are left', () => {
    const plan = publicPlan({ serviceTags: tagDocument({ AzureResourceManager: ['192.0.2.0/24'] }) });
    assert.ok(plan.warnings.some((text) => /no tag AzureActiveDirectory/.test(text)));
    const { unexpressed } = fit(plan, addressesOnly);
    const login = unexpressed.find(({ host }) => host === 'login.windows.net');
    assert.match(login?.reason ?? '', /have no AzureActiveDirectory/);
    assert.ok(unexpressed.some(({ host }) => host === 'service tag AzureTrafficManager'));
    assert.ok(!unexpressed.some(({ host }) => host === 'management.azure.com'));
  });

  test('service tags of another cloud are said to be', () => {
    const plan = planFor({ cloud: 'AzureUSGovernment', products: ['servers'] }, { serviceTags: sampleTags });
    assert.ok(
      plan.warnings.some((text) =>
        /are of Public; AzureUSGovernment has those of AzureGovernment/.test(text),
      ),
    );
  });
});

describe('both legs', () => {
  test('private: the endpoint on 443, its name server on 53 by TCP and UDP, the rest public (R11)', () => {
    const { addresses } = fit(privatePlan(), addressesOnly);
    const rules = addresses.map(({ leg, protocol, port }) => `${leg} ${protocol} ${port}`);
    assert.deepEqual(rules, ['internet tcp 443', 'endpoint tcp 443', 'dns tcp 53', 'dns udp 53']);
    assert.deepEqual(addresses[0]?.of, ['AzureActiveDirectory', 'AzureResourceManager']);
  });

  test('private without an endpoint or a name server: said, not guessed', () => {
    const plan = planFor({ products: ['servers'], region: 'japaneast', connectivity: 'private-endpoint' });
    assert.ok(plan.warnings.some((text) => /No private endpoint was given/.test(text)));
    assert.ok(plan.warnings.some((text) => /No inbound name server/.test(text)));
    const left = fit(plan, addressesOnly).unexpressed.find(({ host }) => host === 'gbl.his.arc.azure.com');
    assert.match(left?.reason ?? '', /give the private endpoint/);
  });

  test('a resource management private link takes Resource Manager off the internet (R11)', () => {
    const plan = planFor({
      products: ['servers'],
      connectivity: 'private-endpoint',
      resourceManagementPrivateLink: true,
      endpointMembers,
    });
    assert.ok(!plan.tags.some(({ tag }) => tag === 'AzureResourceManager'));
    assert.ok(plan.tags.some(({ tag }) => tag === 'AzureActiveDirectory'));
  });

  test('IPv4 only leaves every IPv6 prefix out', () => {
    const plan = publicPlan({ serviceTags: sampleTags, ipv4Only: true });
    for (const format of formats.filter(({ can }) => can.addresses)) {
      const { files } = exportRules(plan, format, { proxy });
      assert.doesNotMatch(files.map((file) => file.text).join(''), /2001:db8/, format.name);
    }
  });

  test('IPv4 only: a member that has IPv6 alone is said to be left, not lost', () => {
    const [first, ...others] = endpointMembers;
    const plan = planFor(
      {
        products: ['servers'],
        region: 'japaneast',
        connectivity: 'private-endpoint',
        endpointMembers: [{ fqdn: first?.fqdn ?? '', addresses: ['2001:db8::4'] }, ...others],
      },
      { ipv4Only: true, dns: ['2001:db8::53'] },
    );
    const { unexpressed, addresses } = fit(plan, addressesOnly);
    assert.match(unexpressed.find(({ host }) => host === first?.fqdn)?.reason ?? '', /IPv6 addresses only/);
    assert.ok(!addresses.some(({ leg }) => leg === 'dns'));
    assert.ok(plan.warnings.some((text) => /No inbound name server with an IPv4 address/.test(text)));
  });

  test('an enforced packet filter without a name server says that DNS stops', () => {
    for (const name of ['nftables', 'iptables']) {
      const text = (plan: ReturnType<typeof publicPlan>, enforce: boolean): string =>
        JSON.stringify(exportRules(plan, findFormat(name), { enforce }).files);
      assert.match(text(publicPlan(), true), /DNS is dropped too/);
      assert.doesNotMatch(text(publicPlan(), false), /DNS is dropped too/);
      assert.doesNotMatch(text(privatePlan(), true), /DNS is dropped too/);
    }
  });

  test('iptables without --enforce touches no policy and no chain but its own and two jumps', () => {
    const [, v4] = exportRules(publicPlan(), findFormat('iptables')).files;
    const lines = (v4?.text ?? '').split('\n').filter((line) => /^[:-]/.test(line));
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('-A TOMBOLO')),
      [':TOMBOLO - [0:0]', '-I OUTPUT -j TOMBOLO', '-I FORWARD -j TOMBOLO'],
    );
    assert.ok(lines.filter((line) => line.startsWith('-A')).every((line) => line.includes('--match-set')));
  });

  test('addresses on different legs are different lists; the catch-all tag is there only when asked for', () => {
    const files = exportRules(privatePlan(), findFormat('edl-addresses')).files;
    assert.deepEqual(
      files.map(({ name }) => name),
      ['tombolo-internet-addresses.txt', 'tombolo-endpoint-addresses.txt', 'tombolo-dns-addresses.txt'],
    );
    assert.match(files[2]?.text ?? '', /^# Leg: dns\. Ports: tcp 53, udp 53\n10\.0\.2\.4\/32\n$/m);
    const azure = tagDocument({ AzureCloud: ['203.0.113.0/24'] });
    const text = (catchAll: boolean): string =>
      JSON.stringify(fit(publicPlan({ serviceTags: azure, catchAll }), addressesOnly).addresses);
    assert.equal(text(false), '[]');
    assert.match(text(true), /"of":\["AzureCloud"\]/);
  });

  test('a vCenter that is given by its address is a rule to that address', () => {
    const plan = planFor({
      products: ['vmware'],
      region: 'japaneast',
      parameters: { 'vcenter-address': '10.9.8.7' },
    });
    const text = exportRules(plan, findFormat('edl-addresses')).files[0]?.text ?? '';
    assert.match(text, /^10\.9\.8\.7\/32$/m);
  });
});

describe('bad input', () => {
  test('an unknown format names the nearest', () => {
    const error = problem('UnknownFormat', () => findFormat('nftable'));
    assert.equal(error.nearest[0], 'nftables');
  });

  test('nothing to allow, and nothing that a form can say, are refused rather than written as an empty list', () => {
    const answer = answerQuery(seedCatalogue, readQuery({ products: ['servers'] }, seedCatalogue));
    problem('NothingToAllow', () => makePlan({ answer: { ...answer, in: [] } }));
    const error = problem('NothingExpressed', () => exportRules(publicPlan({}), findFormat('nftables')));
    assert.match(error.fix, /--service-tags/);
  });

  for (const host of [
    'a.his.arc.azure.com"; drop',
    "x'.his.arc.azure.com",
    'x.his.arc.azure.com\nadd',
    '$(id).his.arc.azure.com',
    '$'.concat('{x}.his.arc.azure.com'),
  ])
    test(`a name in an endpoint's list that could end a line or a string is refused: ${JSON.stringify(host)}`, () => {
      problem('InvalidHost', () =>
        planFor({
          products: ['servers'],
          connectivity: 'private-endpoint',
          endpointMembers: [{ fqdn: host, addresses: ['10.0.0.4'] }],
        }),
      );
    });

  test('addresses and options that are none are refused', () => {
    problem('InvalidAddress', () => publicPlan({ dns: ['10.0.2.4:53'] }));
    problem('InvalidAddress', () => publicPlan({ dns: ['10.0.2.0/24'] }));
    problem('InvalidOption', () => publicPlan({ bypassGroups: ['AMB'] }));
    const plan = publicPlan();
    problem('OptionMissing', () => exportRules(plan, findFormat('pac')));
    problem('InvalidOption', () => exportRules(plan, findFormat('pac'), { proxy: 'x"; evil:80' }));
    problem('InvalidOption', () => exportRules(plan, findFormat('pac'), { proxy: 'x:99999' }));
    problem('InvalidOption', () => exportRules(plan, findFormat('nftables'), { name: 'a b' }));
    problem('InvalidOption', () => exportRules(plan, findFormat('squid'), { directory: '/etc/"x' }));
    problem('InvalidOption', () => exportRules(plan, findFormat('nsg'), { location: "['x']" }));
  });

  test('a PowerShell literal cannot be left, by typographic quotes either', () => {
    assert.equal(quoted("a'b’c"), "'a''b’’c'");
  });
});

describe('forms without a parser here are held to goldens and say that they were not executed', () => {
  const names = ['azure-firewall', 'terraform', 'windows-firewall', 'cisco', 'fortigate'];
  for (const name of names) {
    for (const [kind, plan] of Object.entries({ public: publicPlan, private: privatePlan })) {
      test(`${name}, ${kind}`, () => {
        const options = kind === 'public' ? {} : { enforce: true, tlsInspection: true };
        // The catalogue's number and date are no part of the form.
        const dated = {
          ...plan(),
          catalogue: { version: '0.0.0', date: '2026-01-01', sources: { undated: 0 } },
        };
        const [file] = exportRules(dated, findFormat(name), options).files;
        assert.ok(file !== undefined);
        assert.match(file.text, /Not executed/);
        assert.equal(file.text, golden(`${kind}-${file.name}`, file.text));
      });
    }
  }

  test('every other form is accepted by a program, and does not say so', () => {
    for (const format of formats.filter((each) => !names.includes(each.name))) {
      assert.ok(format.checkedBy !== undefined, format.name);
      const text = exportRules(publicPlan(), format, { proxy }).files[0]?.text ?? '';
      assert.doesNotMatch(text, /Not executed/, format.name);
    }
  });
});
