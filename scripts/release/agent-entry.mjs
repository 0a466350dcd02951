/** What `dist/tombolo-agent.mjs` begins with, and the agent with Node inside; that one is CommonJS, so nothing is awaited here. */

import { endWithParent, endWithReader } from '../parent-process.mjs';

endWithParent();
endWithReader();
void import('../../apps/agent/cli.ts');
