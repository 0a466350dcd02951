/** What `dist/tombolo-agent.mjs` begins with. */

import { endWithParent, endWithReader } from '../parent-process.mjs';

endWithParent();
endWithReader();
await import('../../apps/agent/cli.ts');
