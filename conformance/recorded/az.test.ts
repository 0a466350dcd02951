/** az 2.74, played against an installation as it comes. */

import { playAz } from './az/scenarios.ts';

await playAz({ flags: [], network: '127.101' });
