/**
 * The layers of the repository: what each package may import, and what of it is pure. Compiler (`tsconfig.pure.json`), linter
 * (`biome.json`), `rules.test.mjs` and CONTRIBUTING.md's table are held to this list; apps may import everything but each other.
 */

/** Pure code decides: no clock, no randomness, no sockets, no disk; it compiles without Node's types. */
const whole = ['**'];

/** `pure`: files and globs within the package; a package that mixes both names the files that decide. */
export const layers = {
  'packages/back-off': { imports: [], pure: whole },
  'packages/ip': { imports: [], pure: whole },
  'packages/dns-records': { imports: ['ip'], pure: whole },
  'packages/store': {
    imports: ['back-off'],
    pure: [
      'port',
      'batch',
      'document',
      'extension-package',
      'feed/follower-progress',
      'feed/forgetting',
      'heartbeat-fact',
      'kept-journal',
      'machine-report',
      'prefix-range',
    ],
  },
  'packages/arm': { imports: ['store'], pure: whole },
  'packages/private-link': { imports: ['arm', 'ip', 'store'], pure: whole },
  'packages/requirements': { imports: ['arm', 'dns-records', 'private-link'], pure: whole },
  'packages/network-rules': { imports: ['ip', 'private-link', 'store'], pure: whole },
  'packages/dns': {
    imports: ['dns-records', 'ip', 'store', 'private-link'],
    pure: [
      'dns-state',
      'explain',
      'forward-cache',
      'lookup',
      'network-views',
      'private-zones',
      'projection',
      'record-set-document',
      'resolution',
      'resource-record',
      'type-codes',
      'zone',
      'zone-builder',
    ],
  },
  'packages/gateway': {
    imports: ['dns-records', 'ip', 'store', 'private-link'],
    pure: ['byte-reader', 'projection', 'proxy-protocol'],
  },
  'packages/identity': {
    imports: ['arm', 'dns-records', 'store'],
    pure: ['authorize', 'caller-refusals', 'directory-object', 'roles'],
  },
  'packages/providers': {
    imports: [
      'dns-records',
      'ip',
      'arm',
      'store',
      'private-link',
      'identity',
      'requirements',
      'service-tags',
      'network-rules',
    ],
    pure: whole,
  },
  'packages/service-tags': {
    imports: ['azure-documents', 'ip', 'store', 'private-link'],
    pure: ['difference', 'difference-text', 'document', 'freshness', 'generate', 'read-document'],
  },
  'packages/hybrid-services': {
    imports: ['arm', 'dns-records', 'store', 'private-link', 'gateway', 'identity', 'listener-bounds'],
    pure: ['errors', 'feed-progress', 'host', 'identity-index', 'lazy-value', 'rate-limit', 'replay-cache'],
  },
  'packages/listener-bounds': { imports: [], pure: [] },
  'packages/ports': { imports: [], pure: [] },
  'packages/agent': {
    imports: ['arm', 'back-off', 'connectivity-check', 'onboarding', 'private-link', 'requirements'],
    pure: [
      'configuration',
      'configuration-property',
      'failure',
      'failure-fix',
      'local-answer',
      'tags',
      'version',
    ],
  },
  'packages/hosts-file': { imports: [], pure: ['block', 'resolution'] },
  'packages/firewall': {
    imports: ['dns-records', 'ip', 'network-rules', 'private-link', 'requirements', 'service-tags'],
    pure: whole,
  },
  'packages/onboarding': { imports: ['arm', 'private-link'], pure: whole },
  'packages/connectivity-check': {
    imports: ['dns-records', 'ip', 'private-link', 'requirements'],
    pure: ['judgement', 'observation', 'question', 'report'],
  },
  'packages/azure-documents': { imports: ['dns-records', 'ip', 'arm', 'private-link', 'store'], pure: whole },
  'packages/dns-material': {
    imports: ['azure-documents', 'dns-records', 'private-link', 'hosts-file'],
    pure: whole,
  },
};

/** The wings of `apps/tombolo` and what each may import of the others; `cli.ts` and `bin.mjs` stand above them. */
export const wings = {
  shell: [],
  installation: ['shell'],
  server: ['installation', 'shell'],
  toolbox: ['installation', 'shell'],
  quickstart: ['installation', 'shell'],
  fleet: ['installation', 'shell'],
  commands: ['fleet', 'installation', 'quickstart', 'server', 'shell', 'toolbox'],
};

/** What is pure, as globs from the root; tests and what they share may do as they like. */
export const pureGlobs = Object.entries(layers).flatMap(([name, { pure }]) =>
  pure.map((part) => (part === '**' ? `${name}/**/*.ts` : `${name}/${part}.ts`)),
);
export const impureGlobs = ['**/*.test.ts', '**/*.testkit.ts'];

/** Whether a module of the repository is pure. */
export const isPure = (path) =>
  pureGlobs.some((glob) =>
    glob.endsWith('/**/*.ts') ? path.startsWith(glob.slice(0, -'**/*.ts'.length)) : path === glob,
  ) && !/\.(test|testkit)\.ts$/.test(path);

/** What production code takes from outside of `apps` and `packages`, file by file. */
export const outside = {
  'apps/agent/bin.mjs': ['scripts/project-node.mjs'],
  'apps/tombolo/bin.mjs': ['scripts/project-node.mjs'],
  'apps/tombolo/commands/version.ts': ['package.json'],
  'apps/tombolo/quickstart/topology.ts': ['examples/quickstart.json'],
};
