/** From the flags of a firewall command to a plan: the query, service tags, and a private endpoint from a file or an installation. */

import { type FirewallPlan, FirewallProblem, makePlan, tagCloud } from '@tombolo/firewall';
import { answerQuery, type EndpointMember } from '@tombolo/requirements';
import type { ServiceTagDocument } from '@tombolo/service-tags/document';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { stateOption } from '../commands/command.ts';
import { readEndpoint } from '../commands/endpoint-source.ts';
import { inboundAddresses } from '../commands/profile.ts';
import { readEndpointMembers } from '../requirements/input-files.ts';
import { addQueryOptions, catalogue, type QueryFlags, queryOf } from '../requirements/query-options.ts';
import { connectToServer } from '../server-connection.ts';
import { documentNamed, keptIn } from '../service-tags/input.ts';
import { directoryOf } from '../service-tags/options.ts';

export interface PlanFlags extends QueryFlags {
  readonly endpointFile?: string;
  readonly dns: readonly string[];
  readonly ipv4Only?: boolean;
  readonly catchAll?: boolean;
  readonly proxyBypass: readonly string[];
  readonly state: string;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value.split(',').map((part) => part.trim()),
];

export const addPlanOptions = (command: Command): Command => {
  addQueryOptions(command)
    .option('--endpoint-file <file>', 'the private endpoint described as JSON: its names and addresses')
    .option('--dns <address>', 'inbound name server of the virtual network; repeatable', collect, [])
    .option('--ipv4-only', 'leave IPv6 addresses out')
    .option('--catch-all', 'also the service tag AzureCloud: the addresses of all Azure services')
    .option('--proxy-bypass <group>', 'AAD, ARM, Arc: names that go past the proxy; repeatable', collect, [])
    .option(...stateOption);
  const endpoint = command.options.find((option) => option.long === '--endpoint');
  // The same flag names a file for `requirements`; here it may be an installation's own endpoint too.
  if (endpoint !== undefined) {
    endpoint.flags = '--endpoint <id|file>';
    endpoint.description =
      'id of a private endpoint of the running installation, or a file as --endpoint-file';
  }
  return command;
};

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

interface EndpointFacts {
  readonly members: readonly EndpointMember[];
  readonly dns: readonly string[];
  readonly notes: readonly string[];
}

/** As ARM or the Azure CLI prints an endpoint, or any other description that `tombolo dns export` takes. */
const described = async (file: string, state: string): Promise<Omit<EndpointFacts, 'dns'>> => {
  try {
    return { members: readEndpointMembers(file), notes: [] };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { names, warnings } = await readEndpoint({ file, state });
    return {
      members: names.map(({ fqdn, addresses }) => ({ fqdn, addresses })),
      notes: warnings.map(({ message }) => message),
    };
  }
};

/** Members from the API or a file; from the API also the inbound name servers of the endpoint's network. */
const endpointFacts = async (flags: PlanFlags): Promise<EndpointFacts | undefined> => {
  const { endpoint, endpointFile, state } = flags;
  if (endpoint === undefined && endpointFile === undefined) return undefined;
  if (endpoint !== undefined && endpointFile !== undefined) {
    throw new CommandError(
      'InvalidArgument',
      'Both --endpoint and --endpoint-file name a private endpoint.',
      'Give one of them.',
    );
  }
  const isId = endpoint?.startsWith('/subscriptions/') === true;
  const file = endpointFile ?? (isId ? undefined : endpoint);
  if (file !== undefined) return { ...(await described(file, state)), dns: [] };
  if (endpoint === undefined) return undefined;
  const read = await readEndpoint({ endpoint, state });
  const members = read.names.map(({ fqdn, addresses }) => ({ fqdn, addresses }));
  const notes = read.warnings.map(({ message }) => message);
  const { installation, arm: connect } = connectToServer(state);
  const { https, dns } = installation.ports;
  if (flags.cloudProfile === undefined && (https !== 443 || dns !== 53)) {
    notes.push(
      `This installation listens on ${https} and ${dns}; the rules say 443 and 53. Give --cloud-profile for its own.`,
    );
  }
  if (flags.dns.length > 0) return { members, dns: [], notes };
  const arm = connect();
  try {
    const { body } = await arm.send('GET', `${endpoint}?api-version=2024-05-01`);
    const { subnet } = body.properties as { readonly subnet?: { readonly id?: string } };
    const network = /^(.*)\/subnets\/[^/]+$/i.exec(subnet?.id ?? '')?.[1];
    return { members, dns: network === undefined ? [] : await inboundAddresses(arm, network), notes };
  } finally {
    arm.close();
  }
};

/** A file, or a kept version by name (`newest`, `previous`, a change number). */
export const tagsNamed = (name: string, flags: PlanFlags): ServiceTagDocument => {
  const cloud = tagCloud[flags.cloud];
  return documentNamed(
    keptIn(directoryOf({ state: flags.state })),
    name,
    cloud === undefined ? {} : { cloud },
  ).document;
};

/** Throws InvalidArgument, NotAsExpected where nothing applies, NotRunning and RequestRefused with `--endpoint ID`. */
export const planOf = async (
  flags: PlanFlags,
  serviceTags: ServiceTagDocument | undefined,
): Promise<FirewallPlan> => {
  const { endpoint: _, ...others } = flags;
  const query = await queryOf(others);
  const facts = query.connectivity === 'private-endpoint' ? await endpointFacts(flags) : undefined;
  if (facts === undefined && (flags.endpoint ?? flags.endpointFile) !== undefined) {
    throw new CommandError(
      'InvalidArgument',
      'A private endpoint was given, but the connectivity is another.',
      'Add --connectivity private-endpoint.',
    );
  }
  const asked = facts === undefined ? query : { ...query, endpointMembers: facts.members };
  const answer = answerQuery(catalogue, asked);
  return orRuleError(() =>
    makePlan({
      answer: facts === undefined ? answer : { ...answer, warnings: [...answer.warnings, ...facts.notes] },
      dns: [...flags.dns, ...(facts?.dns ?? [])],
      ipv4Only: flags.ipv4Only === true,
      catchAll: flags.catchAll === true,
      bypassGroups: flags.proxyBypass,
      ...(serviceTags === undefined ? {} : { serviceTags }),
    }),
  );
};
