/** Texts of ARM requests: JSON bodies, resource ids, `$filter`. */

import { deepEqual, equal } from 'node:assert/strict';
import { ArmError, parseJson, parseResourceId } from '@tombolo/arm';
import { type Filter, filterOf } from '@tombolo/arm/odata-filter';
import { type Target, textOf, unlessRefused } from '../target.ts';

export const jsonText: Target = {
  name: 'json-text',
  asks: 'parseJson',
  seeds: [
    '{"a":[1,-2.5e3,"\\u00e9\\n",null,true,{}]}',
    '\ufeff{"location":"global","tags":{"a":"b"}}',
    '[[[]]]',
  ],
  dictionary: ['"', '\\', '\\u0000', '{"', '":', '[', ']', '{', '}', ',', '1e9', '\ufeff', '__proto__'],
  run: (input) => {
    const text = textOf(input);
    const value = unlessRefused([ArmError], () => parseJson(text));
    if (value === undefined) return;
    deepEqual(value, JSON.parse(text.replace(/^\ufeff/, '')));
    const printed = JSON.stringify(value);
    equal(JSON.stringify(parseJson(printed)), printed);
    equal(/null/.test(printed), /null/.test(text), 'nothing becomes null');
  },
};

const group = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/g';

export const resourceIdText: Target = {
  name: 'resource-id',
  asks: 'parseResourceId',
  seeds: [
    `${group}/providers/Microsoft.Network/virtualNetworks/n/subnets/s`,
    `${group}/providers/Microsoft.HybridCompute/machines/m/providers/Microsoft.Authorization/roleAssignments/r`,
    '/subscriptions/s/providers/Microsoft.Features/providers/Microsoft.Network/features/f',
    '/providers/Microsoft.Network',
    '/tenants/t/',
  ],
  dictionary: [
    '/providers/',
    'Microsoft.Network',
    '/subscriptions/',
    '/resourceGroups/',
    '/',
    '..',
    '%2f',
    'İ',
    '\u0000',
  ],
  run: (input) => {
    const text = textOf(input);
    const id = parseResourceId(text);
    if (id === undefined) return;
    const { parent: _, ...own } = id;
    const { parent: __, ...again } = parseResourceId(id.text) ?? {};
    deepEqual(again, own, 'its text is its id');
    for (let at: typeof id | undefined = id; at !== undefined; at = at.parent) {
      equal(id.text.startsWith(at.text), true, 'it begins with each of its parents');
      equal(at.text.endsWith(`/${at.name}`), true, 'it ends with its name');
      deepEqual(parseResourceId(at.text), at, 'a parent is an id by itself');
    }
  },
};

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const printed = (filter: Filter): string => {
  switch (filter.kind) {
    case 'compare':
      return `${filter.name} ${filter.negated ? 'ne' : 'eq'} ${quoted(filter.value)}`;
    case 'call':
      return `${filter.name}(${filter.operands.map((one) => (one.kind === 'name' ? one.name : quoted(one.value))).join(',')})`;
    case 'any':
      return `${filter.name}/any(${filter.variable}:${printed(filter.inner)})`;
    case 'not':
      return `not (${printed(filter.inner)})`;
    default:
      return `(${printed(filter.left)}) ${filter.kind} (${printed(filter.right)})`;
  }
};

export const odataFilter: Target = {
  name: 'odata-filter',
  asks: 'filterOf',
  seeds: [
    "tagName eq 'a' and tagValue eq 'it''s'",
    "startswith(displayName,'x') or not (atScope() and a/b ne 7)",
    "servicePrincipalNames/any(c:c eq 'api://x')",
    'resourceType eq Microsoft.Network/virtualNetworks',
  ],
  dictionary: [
    ' eq ',
    ' ne ',
    ' and ',
    ' or ',
    'not ',
    '(',
    ')',
    ',',
    ':',
    "'",
    "''",
    '/any(',
    'atScope()',
    '\u00a0',
  ],
  run: (input) => {
    const read = (text: string) => unlessRefused([ArmError], () => filterOf(new Map([['$filter', text]])));
    const filter = read(textOf(input));
    if (filter === undefined) return;
    const text = printed(filter);
    // Its own form takes more parentheses, which are bounded too.
    const again = read(text);
    if (again !== undefined) deepEqual(again, filter, text);
  },
};
