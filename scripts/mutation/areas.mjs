/** What is mutated: the code that decides, by area, and the tests that have to notice. */

import { globSync } from 'node:fs';
import { root } from '../project-node.mjs';

const hybrid = (...names) => names.map((name) => `packages/hybrid-services/${name}.ts`);
const identity = (...names) => names.map((name) => `packages/identity/${name}.ts`);

/**
 * Globs are of the repository; tests that run whole processes see none of the mutants and are left out.
 */
export const areas = [
  {
    name: 'private-link',
    sources: ['packages/private-link/*.ts'],
    tests: ['packages/private-link/*.test.ts'],
  },
  {
    name: 'verification',
    sources: [
      ...identity('machine-certificate', 'machine-certificate-check', 'certificate-request', 'serial-number'),
      ...identity('access-token', 'client-assertion'),
      ...hybrid('machine-certificate', 'machine-token', 'machine-assertion', 'dpop', 'caller'),
      ...hybrid('public-key', 'replay-cache'),
    ],
    tests: ['packages/identity/*.test.ts', 'packages/hybrid-services/*.test.ts'],
  },
  {
    name: 'access-path',
    sources: [
      ...hybrid('access', 'service', 'host', 'projection', 'association-timing', 'machine-registry'),
      ...hybrid('proxied-connection', 'listener', 'rate-limit'),
    ],
    tests: ['packages/hybrid-services/*.test.ts'],
  },
  {
    name: 'gateway',
    sources: ['projection', 'listener', 'connection', 'client-hello', 'byte-reader', 'proxy-protocol'].map(
      (name) => `packages/gateway/${name}.ts`,
    ),
    tests: ['packages/gateway/*.test.ts'],
  },
  {
    name: 'network-rules',
    sources: ['packages/network-rules/*.ts', 'packages/firewall/arc-outbound.ts'],
    tests: [
      'packages/network-rules/*.test.ts',
      'packages/firewall/arc-outbound.test.ts',
      'packages/providers/network/networks/network-interfaces/*.test.ts',
      'apps/tombolo/**/running-subject.test.ts',
    ],
  },
  {
    name: 'providers',
    sources: [
      'packages/providers/**/model.ts',
      'packages/providers/network/networks/private-dns-zone-groups/records.ts',
    ],
    tests: ['packages/providers/**/*.test.ts'],
  },
  {
    name: 'arm',
    sources: [
      ...['odata-filter', 'expansion', 'paging', 'etag', 'api-version', 'route', 'resource-id'],
      ...['reference-check', 'request-body', 'schema-check', 'property-versions', 'near-member'],
    ].map((name) => `packages/arm/${name}.ts`),
    tests: ['packages/arm/*.test.ts'],
  },
  {
    name: 'store',
    sources: [
      ...['batch', 'document', 'heartbeat-fact', 'own-writes', 'prefix-range', 'reading', 'single-reads'],
      ...['feed/follower', 'feed/follower-progress', 'sqlite/apply-batch', 'sqlite/batch-reader'],
      ...['sqlite/change-reader', 'sqlite/round-reader', 'sqlite/operation-leases', 'sqlite/write-queue'],
    ].map((name) => `packages/store/${name}.ts`),
    tests: ['packages/store/*.test.ts', 'packages/store/{feed,memory,sqlite}/*.test.ts'],
  },
  {
    name: 'dns',
    sources: ['lookup', 'resolution', 'zone', 'projection', 'private-zones'].map(
      (name) => `packages/dns/${name}.ts`,
    ),
    tests: ['packages/dns/*.test.ts'],
  },
];

const expand = (globs, cwd, wanted) =>
  globs
    .flatMap((glob) => globSync(glob, { cwd }))
    .filter((path) => !path.includes('node_modules') && wanted(path))
    .sort();

const isTest = (path) => /\.test\.ts$/.test(path);
const isTestkit = (path) => /\.testkit\.ts$/.test(path);

/** Repository paths. An index only passes names on. */
export const sourcesOf = ({ sources }, cwd = root) =>
  expand(sources, cwd, (path) => !isTest(path) && !isTestkit(path) && !path.endsWith('/index.ts'));
export const testsOf = ({ tests }, cwd = root) => expand(tests, cwd, isTest);
/** What the tests share: a change of it is a change of them. */
export const testkitsOf = ({ tests }, cwd = root) =>
  expand(
    tests.map((glob) => glob.replace(/[^/]*$/, '*.testkit.ts')),
    cwd,
    isTestkit,
  );
