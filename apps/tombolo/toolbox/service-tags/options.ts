/** Options that the service-tag commands share. */

import { join, resolve } from 'node:path';
import { jsonOption, stateOption } from '../../shell/command.ts';
import { valued } from '../../shell/values.ts';
import { readDuration } from './input.ts';

export interface PlaceFlags {
  readonly state: string;
  readonly directory?: string;
  readonly json?: boolean;
}

export const placeOptions = {
  state: stateOption,
  directory: [
    '--directory <dir>',
    'where versions are kept; default: service-tags in the state directory',
  ] as const,
  json: jsonOption,
  cloud: ['--cloud <name>', 'cloud as the lists name it: Public, AzureGovernment, AzureChina'] as const,
  /** Wherever a list is read from a file: what clears the refusal has one name. */
  normalise: [
    '--normalise',
    'clear host bits and unwrap IPv4-mapped prefixes of a list instead of refusing them',
  ] as const,
  maxAge: () =>
    valued('--max-age <duration>', 'stale from this age: 14d, 36h', readDuration, 14 * 86_400_000).default(
      14 * 86_400_000,
      '14d',
    ),
};

export const directoryOf = (flags: PlaceFlags): string =>
  resolve(flags.directory ?? join(flags.state, 'service-tags'));
