/** The layers of the repository: what rules and CONTRIBUTING.md's table are held to. */

/** What each package may import; apps may import everything but each other. */
export const allowed = {
  'packages/ip': [],
  'packages/store': [],
  'packages/arm': ['packages/store'],
  'packages/private-link': ['packages/ip'],
  'packages/requirements': ['packages/private-link'],
  'packages/network-rules': [
    'packages/ip',
    'packages/private-link',
    'packages/requirements',
    'packages/store',
  ],
  'packages/dns': ['packages/ip', 'packages/store', 'packages/private-link'],
  'packages/gateway': ['packages/ip', 'packages/store', 'packages/private-link'],
  'packages/identity': ['packages/arm', 'packages/store'],
  'packages/providers': [
    'packages/ip',
    'packages/arm',
    'packages/store',
    'packages/private-link',
    'packages/identity',
    'packages/service-tags',
    'packages/network-rules',
  ],
  'packages/service-tags': [
    'packages/azure-documents',
    'packages/ip',
    'packages/store',
    'packages/private-link',
  ],
  'packages/hybrid-services': [
    'packages/store',
    'packages/private-link',
    'packages/gateway',
    'packages/identity',
    'packages/listener-bounds',
  ],
  'packages/listener-bounds': [],
  'packages/agent': ['packages/private-link'],
  'packages/hosts-file': [],
  'packages/firewall': [
    'packages/ip',
    'packages/private-link',
    'packages/requirements',
    'packages/service-tags',
  ],
  'packages/azure-documents': ['packages/ip', 'packages/arm', 'packages/private-link', 'packages/store'],
  'packages/dns-material': ['packages/azure-documents', 'packages/private-link', 'packages/hosts-file'],
};

/** The wings of `apps/tombolo` and what each may import of the others; `cli.ts` and `bin.mjs` stand above them. */
export const wings = {
  shell: [],
  installation: ['shell'],
  server: ['installation', 'shell'],
  toolbox: ['installation', 'shell'],
  quickstart: ['installation', 'shell'],
  commands: ['installation', 'quickstart', 'server', 'shell', 'toolbox'],
};
