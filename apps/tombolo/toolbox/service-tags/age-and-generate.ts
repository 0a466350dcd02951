/** `tombolo service-tags age` and `generate`: the alarm when the lists are old, and a list of an installation's own addresses. */

import {
  freshnessMetrics,
  freshnessText,
  generateServiceTags,
  newestByCloud,
  toFile,
} from '@tombolo/service-tags';
import type { Command } from 'commander';
import { cloudProfile, readInstallation } from '../../installation/installation.ts';
import { findStateDirectory } from '../../installation/state-directory.ts';
import { formerly, helpText, type Runner } from '../../shell/command.ts';
import { writeOutFile } from '../../shell/out-file.ts';
import { repeated, valued } from '../../shell/values.ts';
import { readCloudProfile } from '../requirements/input-files.ts';
import { changeNumber, keptIn, readAddresses, readTagAddresses } from './input.ts';
import { directoryOf, type PlaceFlags, placeOptions } from './options.ts';
import { noneKept, problemsText, versionJson, withFreshness } from './texts.ts';

interface AgeFlags extends PlaceFlags {
  readonly cloud?: string;
  readonly maxAge: number;
  readonly metrics?: boolean;
}

export const addAge = (parent: Command, runner: Runner): void => {
  parent
    .command('age')
    .description('how old the newest list of each cloud is; fails when it is too old, or when there is none')
    .option(...placeOptions.state)
    .option(...placeOptions.directory)
    .option(...placeOptions.cloud)
    .addOption(placeOptions.maxAge())
    .option('--metrics', 'print Prometheus text, for a textfile collector')
    .option(...placeOptions.json)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The age counts from the publication where it is known, else from the download. The file is published weekly.',
        ],
        exits: { 0: 'fresh', 2: 'bad duration', 9: 'stale or nothing kept' },
        examples: [
          './tombolo service-tags age --max-age 10d',
          './tombolo service-tags age --metrics > /var/lib/node_exporter/service-tags.prom',
        ],
      }),
    )
    .action((flags: AgeFlags) =>
      runner(flags.json === true, async (output) => {
        const maxAgeMs = flags.maxAge;
        const kept = keptIn(directoryOf(flags));
        const now = Date.now();
        const newest = newestByCloud(kept.versions)
          .filter(
            (version) =>
              flags.cloud === undefined || version.cloud.toLowerCase() === flags.cloud.toLowerCase(),
          )
          .map((version) => withFreshness(version, now, maxAgeMs));
        const stale = newest.length === 0 || newest.some((version) => version.freshness.stale);
        output.result({ stale, newest: newest.map(versionJson), problems: kept.problems }, () => {
          if (flags.metrics === true)
            return freshnessMetrics(
              newest.map((version) => ({ version, freshness: version.freshness })),
            ).trimEnd();
          return [
            ...(newest.length === 0
              ? noneKept(
                  `No service tags${flags.cloud === undefined ? '' : ` of ${flags.cloud}`} are kept in ${directoryOf(flags)}`,
                )
              : newest.map(
                  (version) =>
                    `${version.cloud} ${version.changeNumber}: ${freshnessText(version, version.freshness)}`,
                )),
            ...problemsText(kept.problems),
          ].join('\n');
        });
        return stale ? 9 : 0;
      }),
    );
};

interface GenerateFlags {
  readonly state: string;
  readonly cloudProfile?: string;
  readonly control?: readonly string[];
  readonly services?: readonly string[];
  readonly tag: readonly (readonly [string, readonly string[]])[];
  readonly changeNumber: string;
  readonly out?: string;
  readonly json?: boolean;
}

export const addGenerate = (parent: Command, runner: Runner): void => {
  parent
    .command('generate')
    .description(
      "a list of an installation's own addresses, in the downloadable file's form, for rules by tag in a sovereign cloud",
    )
    .option(...placeOptions.state)
    .option('--cloud-profile <file>', 'a cloud profile instead of the installation of --state')
    .addOption(formerly('--profile <file>', '--cloud-profile'))
    .addOption(
      valued(
        '--control <addresses>',
        'addresses of Resource Manager and sign-in, with commas',
        readAddresses,
      ),
    )
    .addOption(valued('--services <addresses>', 'addresses of the Arc services, with commas', readAddresses))
    .addOption(
      repeated(
        '--tag <name=addresses>',
        'a further tag, or other addresses for one; may be given again',
        readTagAddresses,
      ),
    )
    .addOption(valued('--change-number <number>', 'raise it when addresses change', changeNumber, '0'))
    .option('--out <path>', 'write it to that file instead of printing it')
    .addOption(formerly('--output <file>', '--out'))
    .option(...placeOptions.json)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Services that an installation does not have keep an empty list, so that rules may name them. A profile says public addresses only: with --cloud-profile they stand for both, unless --control and --services are given.',
        ],
        exits: { 0: 'generated', 2: 'an address that is none', 5: 'no installation there' },
        examples: [
          './tombolo service-tags generate --out own.json && ./tombolo service-tags import own.json --directory ./tags',
          './tombolo service-tags generate --cloud-profile island.json --control 10.0.0.10 --tag Storage=10.0.9.0/24',
        ],
      }),
    )
    .action((flags: GenerateFlags) =>
      runner(flags.json === true, async (output) => {
        const { profile, control, services } = sourceOf(flags);
        const document = generateServiceTags({
          profile,
          addresses: {
            control: flags.control ?? control,
            services: flags.services ?? services,
            tags: Object.fromEntries(flags.tag),
          },
          changeNumber: flags.changeNumber,
        });
        if (flags.out === undefined) output.document(toFile(document));
        else {
          writeOutFile(flags.out, `${JSON.stringify(toFile(document), null, 2)}\n`, 'over');
          output.document({ written: flags.out, cloud: document.cloud, tags: document.tags.length });
        }
        return 0;
      }),
    );
};

const sourceOf = (flags: GenerateFlags) => {
  if (flags.cloudProfile !== undefined) {
    const profile = readCloudProfile(flags.cloudProfile);
    const addresses = profile.publicAddresses ?? [];
    return { profile, control: addresses, services: addresses };
  }
  const installation = readInstallation(findStateDirectory(flags.state));
  return {
    profile: cloudProfile(installation, '', []),
    control: [installation.addresses.arm],
    services: [installation.addresses.services],
  };
};
