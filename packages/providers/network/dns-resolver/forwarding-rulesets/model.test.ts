/** What a forwarding ruleset, its rules and its links are, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup, networkId } from '../../network.testkit.ts';
import { putRule } from '../forwarding-rules/model.ts';
import { putRulesetLink } from '../ruleset-links/model.ts';
import { putRuleset } from './model.ts';

const ruleset = stored(inGroup('dnsForwardingRulesets', 'Rules'), {});

describe('a ruleset', () => {
  const outbound = stored(`${inGroup('dnsResolvers', 'resolver')}/outboundEndpoints/Out`, {});
  const put = (endpoints: readonly Document[] | undefined, existing?: Document) =>
    putRuleset(
      putInput({
        id: ruleset.id,
        properties: {
          dnsResolverOutboundEndpoints: endpoints?.map(({ id }) => ({ id: id.toUpperCase() })),
        },
        loaded: undefined,
        existing,
        referenced: endpoints ?? [],
      }),
    );

  test('leaves by its outbound endpoints, at least one, and keeps its guid', () => {
    const properties = {
      dnsResolverOutboundEndpoints: [{ id: outbound.id }],
      provisioningState: 'Succeeded',
    };
    assert.deepEqual(put([outbound]), { properties: { ...properties, resourceGuid: 'guid-1' } });
    const existing = stored(ruleset.id, { resourceGuid: 'kept' });
    assert.deepEqual(put([outbound], existing), { properties: { ...properties, resourceGuid: 'kept' } });
    for (const none of [[], undefined])
      assert.equal(
        refused(() => put(none)),
        `400 BadRequest dnsResolverOutboundEndpoints: Ruleset '${ruleset.id}' needs at least one outbound endpoint.`,
      );
  });
});

describe('a rule', () => {
  const id = `${ruleset.id}/forwardingRules/Corp`;
  const put = (more: JsonObject = {}, existing?: Document) =>
    putRule(
      putInput({
        id,
        properties: {
          domainName: 'Corp.example.',
          targetDnsServers: [{ ipAddress: '192.0.2.1' }, { ipAddress: '192.0.2.2', port: 5353 }],
          ...more,
        } as never,
        loaded: { ruleset },
        existing,
      }),
    );

  test('is Enabled, asks port 53 unless it says otherwise, and is the one of its domain', () => {
    const { properties, effects } = decided(put());
    assert.deepEqual(properties, {
      domainName: 'Corp.example.',
      targetDnsServers: [
        { ipAddress: '192.0.2.1', port: 53 },
        { ipAddress: '192.0.2.2', port: 5353 },
      ],
      forwardingRuleState: 'Enabled',
      provisioningState: 'Succeeded',
    });
    const holder = id.toLowerCase();
    assert.deepEqual(effects!.claims, [
      { key: `rule corp.example. of ${ruleset.id.toLowerCase()}`, value: holder, holder: id },
      useClaim(ruleset.id, id),
    ]);
    const said = { metadata: { a: 'b' }, forwardingRuleState: 'Disabled' };
    const { metadata, forwardingRuleState } = decided(put(said)).properties;
    assert.deepEqual({ metadata, forwardingRuleState }, said);
  });

  test('keeps its domain, in whatever case', () => {
    decided(put({}, stored(id, { domainName: 'CORP.example.' })));
    assert.equal(
      refused(() => put({}, stored(id, { domainName: 'other.example.' }))),
      `409 Conflict domainName: The domain of rule '${id}' cannot be changed. Delete the rule and create it anew.`,
    );
  });
});

describe('a ruleset’s link', () => {
  const id = `${ruleset.id}/virtualNetworkLinks/Link`;
  const network = stored(networkId.replace('/vnet', '/VNet'), {});
  const put = (
    given: { existing?: Document; network?: Document; metadata?: Record<string, string> } = {},
  ) => {
    const linked = given.network ?? network;
    return putRulesetLink(
      putInput({
        id,
        properties: { virtualNetwork: { id: linked.id.toUpperCase() }, metadata: given.metadata },
        loaded: { ruleset },
        existing: given.existing,
        referenced: [linked],
      }),
    );
  };

  test('gives a network the one ruleset that it takes its rules from', () => {
    const [key, holder] = [network.id.toLowerCase(), id.toLowerCase()];
    const virtualNetwork = { id: network.id };
    assert.deepEqual(put(), {
      properties: { virtualNetwork, provisioningState: 'Succeeded' },
      effects: {
        claims: [
          { key: `forwarding ruleset of ${key}`, value: holder, holder: id },
          { key: `links of ${key}`, value: key, holder: id },
          useClaim(ruleset.id, id),
        ],
      },
    });
    const metadata = { a: 'b' };
    assert.deepEqual(decided(put({ metadata })).properties.metadata, metadata);
  });

  test('keeps its network, in whatever case', () => {
    const existing = stored(id, { virtualNetwork: { id: network.id.toUpperCase() } });
    decided(put({ existing }));
    assert.equal(
      refused(() => put({ existing, network: stored(`${networkId}2`, {}) })),
      `400 BadRequest virtualNetwork: The virtual network of link '${id}' cannot be changed. Delete the link and create it anew.`,
    );
  });
});
