/** From an answer of the catalogue, service tags and a private endpoint to a plan. */

import type { Prefix } from '@tombolo/ip/prefix';
import { aggregate, type PrefixSet, union } from '@tombolo/ip/prefix-set';
import {
  catchAllServiceTag,
  endpointsOf,
  serviceTags as listedTags,
  type RequirementAnswer,
  securityRules,
} from '@tombolo/requirements';
import { findTag, prefixSetOf, type ServiceTagDocument } from '@tombolo/service-tags/document';
import { bypassNames, unfilledBypass } from './bypass.ts';
import {
  type AddressRule,
  type FirewallPlan,
  type HostRule,
  isEmptySet,
  ruleKey,
  type TagRule,
} from './plan.ts';
import { FirewallProblem } from './problem.ts';
import { addressOf, hostAddress, safeHost, safePath } from './safe-text.ts';

export interface PlanInput {
  readonly answer: RequirementAnswer;
  readonly serviceTags?: ServiceTagDocument;
  /** Inbound name servers of the virtual network. */
  readonly dns?: readonly string[];
  readonly ipv4Only?: boolean;
  /** Also the tag of all Azure services, for firewalls that have to be told by address. */
  readonly catchAll?: boolean;
  /** Groups whose names go past the proxy: `Arc`, `AAD`, `ARM`. */
  readonly bypassGroups?: readonly string[];
}

/** Clouds as the lists of service tags name them. */
export const tagCloud: Readonly<Record<string, string>> = {
  AzureCloud: 'Public',
  AzureUSGovernment: 'AzureGovernment',
  AzureChinaCloud: 'AzureChina',
};

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

const privately = ({ query }: RequirementAnswer): boolean => query.connectivity === 'private-endpoint';

/** Rows of one of these products' tables are in the list, asked for or built upon. */
const ofProducts = ({ in: included }: RequirementAnswer, products: readonly string[]): boolean =>
  included.some(({ requirement }) => products.includes(requirement.product));

const membersOf = ({ query }: RequirementAnswer): FirewallPlan['endpoint'] =>
  (query.endpointMembers ?? []).map(({ fqdn, addresses }) => ({ fqdn: safeHost(fqdn), addresses }));

const hostRules = ({ answer }: PlanInput): readonly HostRule[] => {
  const notes = new Map(
    answer.in.flatMap(({ expansion }) =>
      expansion.pattern !== undefined && expansion.note !== undefined
        ? [[expansion.pattern, expansion.note] as const]
        : [],
    ),
  );
  const members = new Map(membersOf(answer).map(({ fqdn, addresses }) => [fqdn, addresses]));
  return endpointsOf(answer).map((endpoint): HostRule => {
    const host = safeHost(endpoint.host);
    const isPrivate = endpoint.via === 'private';
    const own = hostAddress(host) === undefined ? [] : [host];
    const known = endpoint.addresses.length > 0 ? endpoint.addresses : (members.get(host) ?? []);
    const note = endpoint.pattern ? notes.get(endpoint.host) : undefined;
    return {
      leg: isPrivate ? 'endpoint' : endpoint.local ? 'site' : 'internet',
      host,
      pattern: endpoint.pattern,
      ...(endpoint.path === undefined ? {} : { path: safePath(endpoint.path) }),
      protocol: endpoint.protocol === 'UDP' ? 'udp' : 'tcp',
      port: endpoint.port,
      ...(endpoint.through === undefined ? {} : { through: endpoint.through }),
      inbound: endpoint.direction === 'both',
      tls: endpoint.tls,
      webSocket: endpoint.webSocket,
      optional: endpoint.optional,
      tags: isPrivate ? [] : endpoint.serviceTags,
      addresses: isPrivate ? known : own,
      requirements: endpoint.requirements,
      ...(note === undefined ? {} : { note }),
    };
  });
};

/** Tags of the hosts, and those that are listed as needed beside them wherever Arc's own tag is. */
const tagRules = (input: PlanInput, hosts: readonly HostRule[]): readonly TagRule[] => {
  const rules = new Map<string, TagRule>();
  const add = (
    tag: string,
    port: number,
    host: string | undefined,
    reason: string,
    explicit?: true,
  ): void => {
    const key = `${tag} ${port}`;
    const before = rules.get(key);
    rules.set(key, {
      tag,
      port,
      protocol: 'tcp',
      hosts: distinct([...(before?.hosts ?? []), ...(host === undefined ? [] : [host])]),
      reason: before?.reason ?? reason,
      ...(explicit === undefined ? {} : { explicit }),
    });
  };
  for (const rule of hosts) {
    for (const tag of rule.tags) add(tag, rule.port, rule.host, 'the table names the tag for its hosts');
  }
  const { query } = input.answer;
  if ([...rules.values()].some(({ tag }) => tag === 'AzureArcInfrastructure')) {
    for (const { name, features, condition, ...only } of listedTags) {
      if (features !== undefined && !features.some((feature) => query.features.includes(feature))) continue;
      if (only.clouds?.includes(query.cloud) === false || only.ofPublicCloud === true) continue;
      const besideFor = only.besideFor === undefined ? undefined : [only.besideFor];
      if (besideFor?.some((product) => query.products.includes(product)) === false) continue;
      if (only.privatelyFor !== undefined) continue;
      add(name, 443, undefined, condition ?? 'listed among the service tags to allow');
    }
  }
  if (privately(input.answer) && hosts.length > 0) {
    for (const { name, clouds, privatelyFor = [], condition = '' } of listedTags) {
      if (clouds?.includes(query.cloud) === true && ofProducts(input.answer, privatelyFor))
        add(name, 443, undefined, condition);
    }
    for (const rule of securityRules) {
      // A resource management private link takes Resource Manager off the internet (R11).
      const carried =
        rule.destinationServiceTag === 'AzureResourceManager' && query.resourceManagementPrivateLink;
      if (!carried) add(rule.destinationServiceTag, 443, undefined, `${rule.name} (R22)`);
    }
  }
  if (input.catchAll === true) {
    for (const port of new Set(hosts.filter(({ leg }) => leg === 'internet').map((rule) => rule.port)))
      add(catchAllServiceTag.name, port, undefined, catchAllServiceTag.condition, true);
  }
  return [...rules.values()]
    .sort((left, right) => left.port - right.port || (left.tag < right.tag ? -1 : 1))
    .map((rule) => {
      const found = input.serviceTags === undefined ? undefined : findTag(input.serviceTags, rule.tag);
      return found === undefined ? rule : { ...rule, prefixes: only(input, prefixSetOf(found)) };
    });
};

const only = ({ ipv4Only }: PlanInput, set: PrefixSet): PrefixSet =>
  ipv4Only === true ? { v4: set.v4, v6: [] } : set;

/** Rules to addresses that somebody gave, one for each leg, protocol and port. */
const givenRules = (input: PlanInput, hosts: readonly HostRule[]): readonly AddressRule[] => {
  const { query } = input.answer;
  const rules = new Map<string, AddressRule>();
  const add = (
    leg: AddressRule['leg'],
    { protocol, port, through, inbound }: Pick<AddressRule, 'protocol' | 'port' | 'through' | 'inbound'>,
    prefix: Prefix,
    of: string,
  ): void => {
    const key = ruleKey({
      leg,
      protocol,
      port,
      ...(through === undefined ? {} : { through }),
      ...(inbound === undefined ? {} : { inbound }),
    });
    const before = rules.get(key);
    const own = only(input, aggregate([prefix]));
    rules.set(key, {
      leg,
      protocol,
      port,
      ...(through === undefined ? {} : { through }),
      ...(inbound === undefined ? {} : { inbound }),
      prefixes: before === undefined ? own : union(before.prefixes, own),
      of: distinct([...(before?.of ?? []), of]),
    });
  };
  for (const { leg, host, protocol, port, through, inbound, addresses } of hosts) {
    const ports = { protocol, port, ...(through === undefined ? {} : { through }) };
    for (const text of addresses) {
      const address = addressOf(text, `The address of ${host}`);
      add(leg, ports, address, host);
      if (inbound) add(leg, { ...ports, inbound }, address, host);
    }
  }
  if (privately(input.answer)) {
    // All members: the endpoint is the scope's own, and what is onboarded next may need the others.
    const port = query.profile?.ports.https ?? 443;
    for (const { fqdn, addresses } of membersOf(input.answer)) {
      for (const text of addresses)
        add('endpoint', { protocol: 'tcp', port }, addressOf(text, `The address of ${fqdn}`), fqdn);
    }
  }
  for (const text of input.dns ?? []) {
    const port = query.profile?.ports.dns ?? 53;
    for (const protocol of ['tcp', 'udp'] as const)
      add('dns', { protocol, port }, addressOf(text, 'The name server'), 'the inbound name server');
  }
  const legs = ['internet', 'endpoint', 'dns', 'site'];
  return [...rules.values()]
    .filter(({ prefixes }) => !isEmptySet(prefixes))
    .sort((a, b) => legs.indexOf(a.leg) - legs.indexOf(b.leg) || a.port - b.port);
};

const warningsOf = (input: PlanInput, tags: readonly TagRule[]): readonly string[] => {
  const { answer, serviceTags, dns = [] } = input;
  const { query } = answer;
  const warnings = [...answer.warnings];
  for (const host of unfilledBypass(query, input.bypassGroups ?? []))
    warnings.push(`${host} is left out of what goes past the proxy: give --region, or its --parameter.`);
  const ofPublic = listedTags.find((tag) => tag.ofPublicCloud === true && tag.clouds?.includes(query.cloud));
  if (ofPublic !== undefined && tags.some(({ tag }) => tag === ofPublic.name))
    warnings.push(
      `Addresses: ${query.cloud} needs ${ofPublic.name} of the public cloud's list too (${ofPublic.condition}). Make its rules from that list and allow both.`,
    );
  if (serviceTags !== undefined) {
    const missing = distinct(tags.filter((rule) => rule.prefixes === undefined).map((rule) => rule.tag));
    for (const tag of missing) {
      warnings.push(`The service tags (change ${serviceTags.changeNumber}) have no tag ${tag}.`);
    }
    const named = tagCloud[query.cloud];
    if (Object.values(tagCloud).includes(serviceTags.cloud) && serviceTags.cloud !== named) {
      warnings.push(`The service tags are of ${serviceTags.cloud}; ${query.cloud} has those of ${named}.`);
    }
  }
  if (privately(answer)) {
    if (query.endpointMembers === undefined)
      warnings.push('No private endpoint was given: rules to its addresses are missing.');
    if (dns.length === 0) warnings.push('No inbound name server was given: rules for DNS are missing.');
    else if (input.ipv4Only === true && dns.every((address) => address.includes(':')))
      warnings.push('No inbound name server with an IPv4 address was given: rules for DNS are missing.');
  }
  return warnings;
};

/**
 * The plan for one question. Pure; every name and address in it has been checked.
 * @throws FirewallProblem NothingToAllow, InvalidHost, InvalidAddress, InvalidOption
 */
export const makePlan = (input: PlanInput): FirewallPlan => {
  const { answer, serviceTags } = input;
  const { query } = answer;
  const hosts = hostRules(input);
  const given = givenRules(input, hosts);
  if (hosts.length + given.length === 0) {
    throw new FirewallProblem(
      'NothingToAllow',
      `No row of the catalogue applies to ${query.products.join(', ')} in ${query.cloud} as asked: there is no rule to make.`,
      'Leave out a condition (--phase, --os, --feature); "./tombolo requirements list --json" says why each row is out.',
    );
  }
  const tags = tagRules(input, hosts);
  return {
    format: 1,
    catalogue: answer.catalogue,
    query: {
      products: query.products,
      cloud: query.cloud,
      ...(query.region === undefined ? {} : { region: query.region.name }),
      features: query.features,
      ...(query.phase === undefined ? {} : { phase: query.phase }),
      connectivity: query.connectivity,
    },
    ...(serviceTags === undefined
      ? {}
      : { serviceTags: { cloud: serviceTags.cloud, changeNumber: serviceTags.changeNumber } }),
    families: input.ipv4Only === true ? 'ipv4' : 'both',
    hosts,
    tags,
    given,
    endpoint: privately(answer) ? membersOf(answer) : [],
    bypass: bypassNames(answer.query, input.bypassGroups ?? []),
    warnings: warningsOf(input, tags),
  };
};
