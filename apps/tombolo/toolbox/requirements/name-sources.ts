/** Names from the allow-list service of the cloud, or of the installation whose profile was given. */

import type { RequirementQuery } from '@tombolo/requirements';
import { CommandError } from '../../shell/command-error.ts';

/** Throws InvalidArgument without a region or a notification host, RequestRefused, NotRunning. */
export const expandedNames = async (query: RequirementQuery): Promise<readonly string[]> => {
  const { region, profile, suffixes, cloud } = query;
  if (region === undefined) {
    throw new CommandError(
      'InvalidArgument',
      'The allow-list service answers for one region.',
      'Give --region beside --expand.',
    );
  }
  if (suffixes.notification === undefined) {
    throw new CommandError(
      'InvalidArgument',
      `${profile?.name ?? cloud} has no notification host, and so no allow-list service.`,
      'Leave --expand out.',
    );
  }
  const port = profile?.ports.https ?? 443;
  const origin = `https://${suffixes.notification}${port === 443 ? '' : `:${port}`}`;
  // Only here: the services' package brings much that the other questions do without.
  const { AllowListRefusal, fetchAllowList, nameServerLookup } = await import(
    '@tombolo/hybrid-services/allow-list-client'
  );
  try {
    return await fetchAllowList(region.name, {
      origin,
      certificateAuthorities: profile?.certificateAuthorities ?? [],
      ...((profile?.nameServers?.length ?? 0) > 0
        ? { lookup: nameServerLookup(profile?.nameServers ?? []) }
        : {}),
    });
  } catch (error) {
    if (error instanceof AllowListRefusal) {
      throw new CommandError(
        'RequestRefused',
        `The allow-list service at ${origin} was no help: ${error.message.replace(/\.$/, '')}.`,
        'Give a region that it offers, or leave --expand out.',
      );
    }
    throw new CommandError(
      'NotRunning',
      `The allow-list service at ${origin} was not reached: ${(error as Error).message}.`,
      'Check the way there (and --cloud-profile for an installation), or leave --expand out.',
    );
  }
};
