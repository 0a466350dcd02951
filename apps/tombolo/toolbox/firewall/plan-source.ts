/** From the flags of a firewall command to a plan: the query, service tags, and a private endpoint from a file or an installation. */

import { type FirewallPlan, FirewallProblem, makePlan, tagCloud } from '@tombolo/firewall';
import { answerQuery, proxyBypassGroups } from '@tombolo/requirements';
import type { ServiceTagDocument } from '@tombolo/service-tags/document';
import type { Command } from 'commander';
import { inboundAddresses } from '../../installation/name-servers.ts';
import { connectToServer } from '../../installation/server-connection.ts';
import { formerly } from '../../shell/command.ts';
import { CommandError } from '../../shell/command-error.ts';
import { ipAddress, listed, oneOf } from '../../shell/values.ts';
import { endpointSource } from '../documents/endpoint-source.ts';
import { addQueryOptions, type QueryFlags, questionOf } from '../requirements/query-options.ts';
import { documentNamed, keptIn } from '../service-tags/input.ts';
import { directoryOf, placeOptions } from '../service-tags/options.ts';

export interface PlanFlags extends QueryFlags {
  readonly dns: readonly string[];
  readonly ipv4Only?: boolean;
  readonly catchAll?: boolean;
  readonly normalise?: boolean;
  readonly proxyBypass: readonly string[];
}

const bypassGroupNames = proxyBypassGroups.map(({ group }) => group);

export const addPlanOptions = (command: Command): Command =>
  addQueryOptions(command)
    .addOption(formerly('--endpoint-file <file>', '--file'))
    .addOption(listed('--dns <address>', 'inbound name server of the virtual network; repeatable', ipAddress))
    .option('--ipv4-only', 'leave IPv6 addresses out')
    .option('--catch-all', 'also the service tag AzureCloud: the addresses of all Azure services')
    .option(...placeOptions.normalise)
    .addOption(
      listed(
        '--proxy-bypass <group>',
        'AAD, ARM, Arc: names that go past the proxy; repeatable',
        oneOf('group that goes past the proxy', bypassGroupNames),
      ),
    );

/** Problems of the rules as errors of the command line. */
export const orRuleError = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FirewallProblem)) throw error;
    const empty = error.code === 'NothingToAllow' || error.code === 'NothingExpressed';
    throw new CommandError(empty ? 'NotAsExpected' : 'InvalidArgument', error.message, error.fix);
  }
};

interface InstallationFacts {
  readonly dns: readonly string[];
  readonly notes: readonly string[];
}

/** Of an endpoint of the running installation: the inbound name servers of its network, and its ports. */
const installationFacts = async (
  flags: PlanFlags,
  subnetId: string | undefined,
): Promise<InstallationFacts> => {
  const { installation, arm: connect } = connectToServer(flags.state);
  const { https, dns } = installation.ports;
  const notes =
    flags.cloudProfile === undefined && (https !== 443 || dns !== 53)
      ? [
          `This installation listens on ${https} and ${dns}; the rules say 443 and 53. Give --cloud-profile for its own.`,
        ]
      : [];
  const network = /^(.*)\/subnets\/[^/]+$/i.exec(subnetId ?? '')?.[1];
  if (flags.dns.length > 0 || network === undefined) return { dns: [], notes };
  const arm = connect();
  try {
    return { dns: await inboundAddresses(arm, network), notes };
  } finally {
    arm.close();
  }
};

/** A file, or a kept version by name (`newest`, `previous`, a change number). */
export const tagsNamed = (name: string, flags: PlanFlags): ServiceTagDocument => {
  const cloud = tagCloud[flags.cloud];
  return documentNamed(keptIn(directoryOf({ state: flags.state })), name, {
    normalise: flags.normalise === true,
    ...(cloud === undefined ? {} : { cloud }),
  }).document;
};

/** Throws InvalidArgument, NotAsExpected where nothing applies, NotRunning and RequestRefused with `--endpoint ID`. */
export const planOf = async (
  flags: PlanFlags,
  serviceTags: ServiceTagDocument | undefined,
): Promise<FirewallPlan> => {
  const source = endpointSource(flags);
  const { catalogue, query, endpoint } = await questionOf(flags);
  if (source !== undefined && query.connectivity !== 'private-endpoint') {
    throw new CommandError(
      'InvalidArgument',
      'A private endpoint was given, but the connectivity is another.',
      'Add --connectivity private-endpoint.',
    );
  }
  const facts =
    source?.kind === 'installation'
      ? await installationFacts(flags, endpoint?.subnetId)
      : { dns: [], notes: [] };
  const answer = answerQuery(catalogue, query);
  return orRuleError(() =>
    makePlan({
      answer: { ...answer, warnings: [...answer.warnings, ...facts.notes] },
      dns: [...flags.dns, ...facts.dns],
      ipv4Only: flags.ipv4Only === true,
      catchAll: flags.catchAll === true,
      bypassGroups: flags.proxyBypass,
      ...(serviceTags === undefined ? {} : { serviceTags }),
    }),
  );
};
