/** What never leaves the site, what is UDP and what comes in: each form carries what it can, and names the rest. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerQuery, currentCatalogue, type QueryInput, readQuery } from '@tombolo/requirements';
import { exportRules, findFormat, formats } from './export-rules.ts';
import { makePlan } from './make-plan.ts';

const planOf = (input: QueryInput = {}, bypassGroups: readonly string[] = []) => {
  const query = readQuery(
    {
      products: ['resource-bridge'],
      parameters: {
        'appliance-vm-address': '10.0.0.5+10.0.0.6',
        'control-plane-address': '10.0.0.7',
        'private-cloud-address': 'vcenter.corp.example',
        'dns-server-address': '10.0.0.53',
      },
      ...input,
    },
    currentCatalogue,
  );
  return makePlan({ answer: answerQuery(currentCatalogue, query), bypassGroups });
};
const written = (name: string, plan = planOf()) =>
  exportRules(plan, findFormat(name), { proxy: 'proxy.corp.example:3128', enforce: true });
const textOf = (name: string, plan = planOf()): string =>
  written(name, plan)
    .files.map(({ text }) => text)
    .join('\n');

describe('traffic of the resource bridge within the site', () => {
  test('nftables: UDP to the name server, a range of ports, and an input chain for what comes back', () => {
    const text = textOf('nftables');
    assert.match(text, /ip daddr @site_udp_53_v4 udp dport 53 counter accept/);
    assert.match(text, /ip daddr @site_tcp_2379_v4 tcp dport 2379-2380 counter accept/);
    const input = /chain input \{([^}]*(?:\{[^}]*\}[^}]*)*)\t\}/.exec(text)?.[1] ?? '';
    assert.match(input, /policy accept;/);
    assert.match(input, /ip saddr @site_tcp_22_in_v4 tcp dport 22 counter accept/);
    assert.ok(!/dport 53/.test(input), 'nobody connects from the name server');
  });

  test('each form with addresses writes the range as its language does', () => {
    for (const [name, range] of [
      ['iptables', '--dport 2379:2380'],
      ['cisco', 'range 2379 2380'],
      ['fortigate', 'tcp-portrange 2379-2380'],
      ['azure-firewall', '"2379-2380"'],
      ['nsg', '"destinationPortRange": "2379-2380"'],
      ['terraform', '"2379-2380"'],
      ['windows-firewall', '-RemotePort 2379-2380'],
    ] as const)
      assert.ok(textOf(name).includes(range), name);
  });

  test('inbound rules have the addresses as their source', () => {
    const { resources } = JSON.parse(textOf('nsg')) as {
      resources: { properties: { securityRules: { properties: Record<string, unknown> }[] } }[];
    };
    const inbound = resources[0]!.properties.securityRules
      .map(({ properties }) => properties)
      .filter(({ direction }) => direction === 'Inbound');
    assert.ok(inbound.length > 0);
    for (const rule of inbound) {
      assert.equal(rule.destinationAddressPrefix, 'VirtualNetwork');
      assert.ok(rule.sourceAddressPrefix ?? rule.sourceAddressPrefixes);
    }
    assert.match(textOf('terraform'), /direction += "Inbound"/);
    assert.match(textOf('windows-firewall'), /-Direction Inbound [^\n]*-LocalPort 22 /);
  });

  test('no form drops it: what it cannot say is named', () => {
    for (const format of formats.filter(({ document }) => document !== true)) {
      const { unexpressed, files } = written(format.name);
      const text = files.map((file) => file.text).join('\n');
      const says = (host: string) => unexpressed.some((entry) => entry.host === host);
      assert.ok(says('time.windows.com') || /udp[^\n]*123/i.test(text), `${format.name}: UDP by name`);
      assert.ok(says('vcenter.corp.example'), `${format.name}: a name within the site`);
      if (!format.can.addresses) assert.ok(says('10.0.0.5'), `${format.name}: an address within the site`);
      else if (format.can.inbound !== true) {
        const reasons = unexpressed.filter(({ host }) => host === '10.0.0.5').map(({ reason }) => reason);
        assert.ok(
          reasons.some((reason) => /come/.test(reason)),
          `${format.name}: inbound`,
        );
      }
    }
  });

  test('documents have each protocol, range and direction', () => {
    assert.match(textOf('csv'), /name,time\.windows\.com,,udp,123/);
    assert.match(textOf('csv'), /"?site, inbound"?,address,10\.0\.0\.5\/32,,tcp,22/);
    assert.match(textOf('markdown'), /Within the site/);
    assert.match(textOf('markdown'), /TCP 2379-2380/);
  });
});

describe('names that go past the proxy', () => {
  const servers: QueryInput = { products: ['servers'], region: 'japaneast' };

  test('AMA and ArcData have their hosts, with the region filled in', () => {
    const plan = planOf(
      { ...servers, parameters: { 'workspace-id': 'w-1', 'data-collection-endpoint': 'dce-1' } },
      ['AMA', 'arcdata'],
    );
    assert.deepEqual(plan.bypass, [
      'global.handler.control.monitor.azure.com',
      'japaneast.handler.control.monitor.azure.com',
      'w-1.ods.opinsights.azure.com',
      'management.azure.com',
      'japaneast.monitoring.azure.com',
      'dce-1.japaneast.ingest.monitor.azure.com',
      'japaneast.arcdataservices.com',
    ]);
  });

  test('what only the reader knows is left out with a warning', () => {
    const plan = planOf({ ...servers, parameters: {} }, ['AMA']);
    assert.ok(!plan.bypass.some((host) => host.includes('{')));
    assert.ok(plan.warnings.some((text) => text.includes('{workspace-id}') && text.includes('--parameter')));
  });
});

describe('service tags of the pages', () => {
  test("clusters with a private endpoint need two tags more; the other clouds the public cloud's", () => {
    const tags = (input: QueryInput) => planOf({ parameters: {}, ...input }).tags.map(({ tag }) => tag);
    const privately = tags({ products: ['kubernetes'], connectivity: 'private-endpoint' });
    assert.ok(
      privately.includes('AzureFrontDoor.FirstParty') && privately.includes('MicrosoftContainerRegistry'),
    );
    assert.ok(
      !tags({ products: ['servers'], connectivity: 'private-endpoint' }).includes(
        'MicrosoftContainerRegistry',
      ),
    );
    assert.ok(tags({ products: ['servers'] }).includes('AzureFrontDoor.Frontend'));
    assert.ok(
      !tags({ products: ['servers'], cloud: 'AzureUSGovernment' }).includes('AzureFrontDoor.Frontend'),
    );
    const { warnings } = planOf({ parameters: {}, products: ['servers'], cloud: 'AzureUSGovernment' });
    assert.ok(warnings.some((text) => /AzureArcInfrastructure of the public cloud/.test(text)));
  });
});
