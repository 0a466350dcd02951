/**
 * What the release is made of: a CycloneDX 1.5 list of its packages and a report of their licences, from the lock alone.
 * (npm's own `sbom --omit dev` leaves out what a development package needs too, zod for one.)
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../project-node.mjs';

/** Where Node finds `name` from a package at `from`: nearest node_modules first. */
const locate = (packages, from, name) => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return undefined;
    if (!at.includes('/node_modules/')) at = '';
  }
};

const purlOf = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

const componentOf = (name, { version, license, integrity = '' }) => {
  const [group, own] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const [algorithm, digest] = integrity.split('-');
  return {
    type: 'library',
    'bom-ref': purlOf(name, version),
    ...(group ? { group } : {}),
    name: own,
    version,
    ...(license ? { licenses: [{ expression: license }] } : {}),
    purl: purlOf(name, version),
    ...(algorithm === 'sha512'
      ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }
      : {}),
  };
};

/** Everything that the two programs need at run time, their own packages left out: they are the release itself. */
export const billOfMaterials = () => {
  const { packages, version } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const seen = new Map();
  const walk = (path) => {
    const target = packages[path].link ? packages[path].resolved : path;
    if (seen.has(target)) return;
    seen.set(target, packages[target]);
    for (const name of Object.keys({
      ...packages[target].dependencies,
      ...packages[target].optionalDependencies,
    })) {
      const found = locate(packages, target.startsWith('node_modules/') ? target : '', name);
      if (found) walk(found);
    }
  };
  for (const app of ['apps/tombolo', 'apps/agent']) walk(app);
  const components = [...seen]
    .filter(([path]) => path.startsWith('node_modules/'))
    .map(([path, entry]) => componentOf(path.slice(path.lastIndexOf('node_modules/') + 13), entry))
    .sort((left, right) => left.purl.localeCompare(right.purl));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', name: 'tombolo', version } },
    components,
  };
};

const licenseOf = ({ licenses = [] }) => licenses[0]?.expression ?? 'unknown';

/** One line a package, by licence. */
export const licenseReport = ({ components }) =>
  [...Map.groupBy(components, licenseOf)]
    .sort(([left], [right]) => left.localeCompare(right))
    .flatMap(([license, packages]) => [
      `${license} (${packages.length})`,
      ...packages.map(({ group, name, version }) => `  ${group ? `${group}/` : ''}${name} ${version}`),
    ])
    .join('\n');

if (import.meta.main) {
  const folder = join(root, 'dist');
  mkdirSync(folder, { recursive: true });
  const bill = billOfMaterials();
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  const report = licenseReport(bill);
  writeFileSync(join(folder, 'licenses.txt'), `${report}\n`);
  console.log(report);
}
