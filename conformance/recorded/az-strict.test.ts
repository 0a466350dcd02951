/** az 2.74, played against an installation with --strict: what it sends is nothing that Azure refuses. */

import { playAz } from './az/scenarios.ts';

await playAz({ flags: ['--strict'], network: '10.101' });
