/** What `dist/tombolo.mjs` begins with: the command line, or one of the processes that it starts from the same file. */

import { endWithParent, endWithReader } from '../parent-process.mjs';

const processes = {
  control: () => import('../../apps/tombolo/server/processes/control.ts'),
  dns: () => import('../../apps/tombolo/server/processes/dns.ts'),
  gateway: () => import('../../apps/tombolo/server/processes/gateway.ts'),
  hybrid: () => import('../../apps/tombolo/server/processes/hybrid.ts'),
};

if (process.argv[2] === '--process') {
  const [, name] = process.argv.splice(2, 2);
  await processes[name]();
} else {
  endWithParent();
  endWithReader();
  await import('../../apps/tombolo/cli.ts');
}
