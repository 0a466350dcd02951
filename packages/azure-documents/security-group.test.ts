import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import {
  asAz,
  asGraph,
  asPowerShell,
  asTemplate,
  asWindowsPowerShellList,
  createAnswers,
} from './documents.testkit.ts';
import { DocumentProblem } from './problem.ts';
import { readSecurityGroupDocument } from './security-group.ts';
import { requireServiceTags, serviceTagListForm } from './service-tag-list.ts';

const { securityGroup, endpoint, serviceTags, resources } = await createAnswers();
const rules = (value: unknown) =>
  readSecurityGroupDocument(value).properties.securityRules.map(({ name, properties: rule }) => [
    name,
    rule.priority,
    rule.direction,
    rule.access,
    [rule.sourceAddressPrefix, rule.sourceAddressPrefixes].flat().filter(Boolean).join(),
    [rule.destinationAddressPrefix, rule.destinationAddressPrefixes].flat().filter(Boolean).join(),
    [rule.destinationPortRange, rule.destinationPortRanges].flat().filter(Boolean).join(),
  ]);

const refusal = (value: unknown, read: (value: unknown) => unknown = readSecurityGroupDocument) => {
  try {
    read(value);
  } catch (error) {
    assert.ok(error instanceof DocumentProblem, String(error));
    return `${error.code}: ${error.message} ${error.fix}`;
  }
  return assert.fail('it was taken');
};

describe('a security group is read as REST has it', () => {
  const forms: Readonly<Record<string, unknown>> = {
    REST: securityGroup,
    az: asAz(securityGroup),
    'az create': { NewNSG: asAz(securityGroup) },
    PowerShell: asPowerShell(securityGroup),
    'a list of Windows PowerShell': asWindowsPowerShellList({ value: [securityGroup] }),
    'Resource Graph': asGraph(securityGroup, endpoint),
    template: asTemplate(endpoint, securityGroup),
  };
  for (const [form, value] of Object.entries(forms))
    test(form, () =>
      assert.deepEqual(rules(value), [
        ['AllowAADOutboundAccess', 150, 'Outbound', 'Allow', 'VirtualNetwork', 'AzureActiveDirectory', '443'],
        ['AllowAzOutboundAccess', 151, 'Outbound', 'Allow', 'VirtualNetwork', 'AzureResourceManager', '443'],
      ]),
    );

  test('several, none and halves are refused, and its rules alone name the group', () => {
    assert.match(refusal([securityGroup, securityGroup]), /Contradictory: It holds 2 groups/);
    assert.match(refusal(endpoint), /a private endpoint "pier"; wanted is a network security group/);
    assert.match(refusal({ value: resources.value! }), /"seawall" without its properties.*--name seawall/);
    assert.match(refusal({ defaultSecurityRules: [] }), /Invalid: securityRules/);
    const { securityRules } = securityGroup.properties as { securityRules: readonly JsonObject[] };
    assert.match(
      refusal(securityRules),
      /a list of 2.*az network nsg show --resource-group island --name seawall/,
    );
  });
});

describe('a list of service tags is brought to REST’s form', () => {
  test('PowerShell’s names; the download and REST’s answer stay as they are', () => {
    const form = serviceTagListForm(asPowerShell(serviceTags)) as JsonObject;
    const [tag] = form.values as readonly JsonObject[];
    assert.deepEqual((tag!.properties as JsonObject).addressPrefixes, ['192.0.2.0/24']);
    assert.equal(form.cloud, 'Public');
    assert.equal(serviceTagListForm(serviceTags), serviceTags);
    assert.equal(serviceTagListForm([serviceTags]), serviceTags);
    const details = { value: serviceTags.values! };
    assert.equal(serviceTagListForm(details), details);
  });

  test('what is none is named', () => {
    requireServiceTags(serviceTags);
    assert.match(refusal(securityGroup, requireServiceTags), /"seawall"; wanted is a list of service tags/);
  });
});
