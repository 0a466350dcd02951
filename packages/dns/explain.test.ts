import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Explanation, explain, resultText, stepText } from './explain.ts';
import { hub, stateOf } from './lookup.testkit.ts';
import { aDocument, document, linkDocument, networkDocument } from './sample-documents.testkit.ts';

const zone = 'privatelink.his.arc.azure.com';
const state = stateOf(
  networkDocument('hub', '10.0.0.0/16'),
  document(`privateDnsZones/${zone}`),
  linkDocument(zone, 'hub'),
  aDocument(zone, 'gbl', '10.0.1.4'),
  document(`privateDnsZones/${zone}/CNAME/away`, { ttl: 7, cnameRecord: { cname: 'www.example.org' } }),
);
const upstreams = [{ address: '192.0.2.53', port: 53 }];
const told = (explanation: Explanation, servers = upstreams): readonly string[] => [
  ...explanation.steps.map((step) => stepText(step, servers)),
  resultText(explanation, servers),
];

describe('the explanation of a name says who answered', () => {
  test('a zone that has it: which, and by which link', () => {
    const [zoneText, result] = told(explain(state, hub, `gbl.${zone}`, 'A'));
    assert.match(
      zoneText!,
      /the private zone privatelink\.his\.arc\.azure\.com \(\/subscriptions\/\S+\/privateDnsZones\/\S+, linked by \S+virtualNetworkLinks\S+\) has the answer\.$/,
    );
    assert.equal(result, `NOERROR: gbl.${zone} A 10.0.1.4`);
  });

  test('a zone that does not: that the failure is its own', () => {
    const [text, result] = told(explain(state, hub, `je.${zone}`, 'A'));
    assert.match(
      text!,
      /privatelink\.his\.arc\.azure\.com .* has no such name: the answer is NXDOMAIN, and nobody else is asked/,
    );
    assert.equal(result, 'NXDOMAIN');
    assert.match(told(explain(state, hub, `gbl.${zone}`, 'AAAA'))[0]!, /no record of this type/);
  });

  test('an alias, and who is asked for where it leads; nobody, where nobody is there', () => {
    const away = explain(state, hub, `away.${zone}`, 'A');
    const [alias, upstream, result] = told(away);
    assert.match(alias!, /has an alias to www\.example\.org\.$/);
    assert.match(upstream!, /^www\.example\.org: .*upstream name servers are asked, 192\.0\.2\.53:53\.$/);
    assert.equal(result, 'The answer comes from elsewhere, for www.example.org.');
    const [, nobody, alone] = told(away, []);
    assert.match(nobody!, /no upstream name server: REFUSED/);
    assert.equal(alone, `NOERROR: away.${zone} CNAME www.example.org.`);
    assert.deepEqual(told(explain(state, hub, 'www.example.org', 'A'), []).slice(1), ['REFUSED']);
  });
});
