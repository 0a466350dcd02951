/** Runs every bench in turn, or those that are named, each with the flags that follow: `npm run bench -- dns gateway --json`. */

import { join } from 'node:path';
import { endWithParent, endWithReader } from './parent-process.mjs';
import { noteEndingSignal, root, run } from './project-node.mjs';

endWithParent();
endWithReader();
const all = ['store', 'arm', 'propagation', 'fleet', 'dns', 'gateway', 'agents', 'check', 'service-tags'];
const given = process.argv.slice(2);
const firstFlag = given.findIndex((word) => word.startsWith('--'));
const names = firstFlag < 0 ? given : given.slice(0, firstFlag);
const flags = firstFlag < 0 ? [] : given.slice(firstFlag);
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  process.exit(2);
}

const ended = noteEndingSignal();
const failed = [];
for (const name of names.length > 0 ? names : all) {
  console.log(`\n== ${name}`);
  if ((await run(process.execPath, [join(root, 'bench', `${name}.ts`), ...flags])) !== 0) failed.push(name);
  if (ended() !== undefined) process.exit(ended());
}
if (failed.length > 0) {
  console.error(`\nDid not come to an end: ${failed.join(', ')}.`);
  process.exit(1);
}
