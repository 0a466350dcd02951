/** One job on prefix lists as a process of its own, as the peers run: `node bench/service-tags-process.ts aggregate|diff FILE…`. */

import { readFileSync } from 'node:fs';
import { difference, formatSet, parsePrefixSet, union } from '@tombolo/ip/prefix-set';

const [job, ...files] = process.argv.slice(2);
const [first, second] = files.map((file) => parsePrefixSet(readFileSync(file, 'utf8').trimEnd().split('\n')));
const answer =
  job === 'diff' ? union(difference(first!, second!), difference(second!, first!)) : union(first!);
process.stdout.write(`${formatSet(answer).join('\n')}\n`);
