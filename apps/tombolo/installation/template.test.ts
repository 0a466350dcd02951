import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planTemplate } from './template.ts';

const resource = (type: string, name: string, extra: object = {}) => ({
  type,
  name,
  apiVersion: '2024-05-01',
  ...extra,
});

describe('a template of literal resources', () => {
  test('is applied with parents before children and dependencies before dependents', () => {
    const plan = planTemplate({
      resources: [
        resource('Microsoft.Network/privateEndpoints', 'pe', {
          dependsOn: ['Microsoft.Network/virtualNetworks/hub'],
        }),
        resource('Microsoft.Network/virtualNetworks/subnets', 'hub/one'),
        resource('Microsoft.Network/virtualNetworks', 'hub', { location: 'japaneast' }),
      ],
    });
    assert.deepEqual(
      plan.map((entry) => entry.name),
      ['hub', 'pe', 'hub/one'],
    );
    assert.equal(plan[2]?.path, '/providers/Microsoft.Network/virtualNetworks/hub/subnets/one');
  });

  test('nests child resources under their parent', () => {
    const [zone, record] = planTemplate({
      resources: [
        resource('Microsoft.Network/privateDnsZones', 'z.example', { resources: [resource('A', 'www')] }),
      ],
    });
    assert.equal(zone?.name, 'z.example');
    assert.equal(record?.path, '/providers/Microsoft.Network/privateDnsZones/z.example/A/www');
  });

  for (const [why, template, message] of [
    [
      'an expression',
      { resources: [resource('A.B/c', 'x', { location: '[resourceGroup().location]' })] },
      /expression/,
    ],
    [
      'an unknown dependency',
      { resources: [resource('A.B/c', 'x', { dependsOn: ['y'] })] },
      /depends on 'y'/,
    ],
    [
      'a circle',
      {
        resources: [
          resource('A.B/c', 'x', { dependsOn: ['y'] }),
          resource('A.B/c', 'y', { dependsOn: ['x'] }),
        ],
      },
      /circle/,
    ],
    ['a copy', { resources: [resource('A.B/c', 'x', { copy: {} })] }, /copy/],
    ['names that do not match the type', { resources: [resource('A.B/c/d', 'x')] }, /one name for each/],
    ['a resource that is none', { resources: [null] }, /a resource is no JSON object/],
    ['resources that are texts', { resources: 'text' }, /a resource is no JSON object/],
    [
      'a dependency that is no name',
      { resources: [resource('A.B/c', 'x', { dependsOn: [5] })] },
      /no list of names/,
    ],
    [
      'dependencies that are one text',
      { resources: [resource('A.B/c', 'x', { dependsOn: 'y' })] },
      /no list of/,
    ],
    [
      'children that are none',
      { resources: [resource('A.B/c', 'x', { resources: 5 })] },
      /no list of objects/,
    ],
    [
      'a child that is none',
      { resources: [resource('A.B/c', 'x', { resources: [7] })] },
      /no list of objects/,
    ],
    ['nothing', { resources: [] }, /no resources/],
    ['no object', 'text', /not a JSON object/],
  ] as const) {
    test(`is refused for ${why}`, () => assert.throws(() => planTemplate(template), message));
  }
});
