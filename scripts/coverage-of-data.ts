/** Two sections of docs/coverage.md: how old the rows of the catalogue are, and of which regions the names are evidenced. */

import { regions } from '@tombolo/private-link';
import { currentCatalogue } from '@tombolo/requirements';

/** Rows and hosts of the newest catalogue, by the day of the page that has them. */
export const catalogueRows = (): string => {
  const entries = currentCatalogue.requirements;
  const standing = entries.filter(({ page }) => page?.withdrawn === undefined);
  const byDay = Map.groupBy(standing, ({ page }) => page?.date ?? 'undated');
  const rows = [...byDay]
    .sort(([left], [right]) => (left < right ? 1 : -1))
    .map(([day, of]) => {
      const paths = new Set(of.map(({ page }) => page?.path.split('/').at(-1)));
      const products = new Set(of.map(({ product }) => product));
      return `| ${day} | ${of.length} | ${[...products].join(', ')} | ${[...paths].map((path) => `\`${path}\``).join(', ')} |`;
    });
  return [
    '## Requirements by the age of their source',
    '',
    `Catalogue ${currentCatalogue.version} has ${standing.length} entries (a host of a row each) that the pages have, and ${entries.length - standing.length} that they have no more.`,
    '',
    '| page of | entries | products | pages |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
};

const clouds = ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'] as const;

/** What of each cloud's regions is known, and from whom. */
export const regionEvidence = (): string => {
  const rows = clouds.map((cloud) => {
    const own = regions.filter((region) => region.cloud === cloud);
    const coded = own.filter(({ his }) => his !== undefined);
    const of = (evidence: string) => coded.filter(({ his }) => his?.evidence === evidence).length;
    const cells = [
      own.length,
      of('official'),
      of('observed'),
      of('third-party'),
      own.length - coded.length,
      own.filter(({ tokenService }) => tokenService !== undefined).length,
      own.filter(({ guestAssignment }) => guestAssignment !== undefined).length,
      own.filter(({ serviceTagRegion }) => serviceTagRegion !== undefined).length,
    ];
    return `| ${cloud} | ${cells.join(' | ')} |`;
  });
  return [
    '## Regions',
    '',
    "The code of the regional Arc host (`je` of `je.his.arc.azure.com`) by what says it; unknown ones are never made up. Then how many regions' labels",
    'of the token service and of guest assignment are known, and how many have service tags.',
    '',
    '| cloud | regions | official | observed | third party | unknown | token service | guest assignment | service tags |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
};
