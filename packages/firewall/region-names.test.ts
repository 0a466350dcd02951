/** No list and no rule names a host of a region that no source says, in any region of any cloud. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realClouds, regionsOf } from '@tombolo/private-link';
import {
  answerQuery,
  cloudNames,
  endpointsOf,
  readQuery,
  seedCatalogue,
  toCsv,
  toMarkdown,
} from '@tombolo/requirements';
import { exportRules, formats } from './export-rules.ts';
import { makePlan } from './make-plan.ts';
import { sampleTags } from './plan.testkit.ts';

/** First labels that stand before a suffix in a text; objects of a firewall are named `tombolo-` and the host. */
const labelsIn = (text: string, suffix: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(new RegExp(`([a-z0-9*_-]+)\\\\?\\.${suffix.replaceAll('.', '\\\\?\\.')}`, 'gi'))].map(
      ([, label]) => label!.toLowerCase().replace(/^tombolo-/, ''),
    ),
  );

describe('names of regions', () => {
  for (const cloud of cloudNames)
    test(`${cloud}: only what a source says, in requirements and in every form of rules`, () => {
      const { suffixes } = realClouds[cloud]!;
      for (const region of regionsOf(cloud)) {
        const { his, tokenService } = region;
        const said = (...labels: readonly (string | undefined)[]): ReadonlySet<string> =>
          new Set(labels.filter((label) => label !== undefined));
        const allowed = [
          [suffixes.his, said('*', 'gbl', his?.code, tokenService && `${tokenService.code}-ats`)],
          [suffixes.guestConfiguration, said('*', 'agentserviceapi', `${region.name}-gas`)],
        ] as const;
        for (const connectivity of ['public', 'private-endpoint']) {
          const query = readQuery(
            { products: ['servers'], cloud, region: region.name, connectivity },
            seedCatalogue,
          );
          const answer = answerQuery(seedCatalogue, query);
          const plan = makePlan({ answer, serviceTags: sampleTags, dns: ['10.0.2.4'] });
          const texts: readonly (readonly [string, string])[] = [
            ['endpoints', JSON.stringify(endpointsOf(answer))],
            ['warnings', answer.warnings.join('\n')],
            ['csv', toCsv(answer.in)],
            ['markdown', toMarkdown(answer)],
            ...formats.map(
              (format) =>
                [
                  format.name,
                  exportRules(plan, format, { proxy: 'proxy.example.org:3128' })
                    .files.map(({ text }) => text)
                    .join('\n'),
                ] as const,
            ),
          ];
          for (const [form, text] of texts)
            for (const [suffix, labels] of allowed)
              for (const label of labelsIn(text, suffix))
                assert.ok(labels.has(label), `${region.name}, ${connectivity}, ${form}: ${label}.${suffix}`);
        }
      }
    });

  test('the labels are seen in the texts at all', () => {
    const query = readQuery(
      {
        products: ['servers'],
        region: 'northeurope',
        connectivity: 'private-endpoint',
      },
      seedCatalogue,
    );
    const text = toCsv(answerQuery(seedCatalogue, query).in);
    assert.deepEqual([...labelsIn(text, 'his.arc.azure.com')].sort(), ['*', 'gbl', 'ne']);
  });
});
