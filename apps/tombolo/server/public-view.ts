/** The names of an installation as the internet sees them: what its name server answers everybody. */

import { publicZones } from '@tombolo/dns';
import { cloudProfile, type Installation, publicHosts, servedRegions } from '../installation/installation.ts';

export const publicViewOf = (installation: Installation): ReturnType<typeof publicZones> =>
  publicZones(
    { ...cloudProfile(installation, '', []), regions: servedRegions(installation) },
    publicHosts(installation),
  );
