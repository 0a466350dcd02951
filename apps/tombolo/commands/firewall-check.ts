/** `tombolo firewall check`: does a security group let through what Azure Arc needs, or one flow, and which rule decides? */

import { checkFlow, type Flow, lackedBy, parseFlow, type Surroundings } from '@tombolo/network-rules';
import { findTag, readDocument } from '@tombolo/service-tags';
import { type Command, Option } from 'commander';
import type { ArmClient } from '../installation/arm-client.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { helpText, jsonOption, type Runner, stateOption } from '../shell/command.ts';
import { addressPrefix, invalid, listed, resourceId, valued } from '../shell/values.ts';
import { placeOf } from '../toolbox/documents/document-file.ts';
import { outcomeOfFlow, outcomeOfNeeds, outcomeText } from '../toolbox/firewall-check/outcome.ts';
import { readRunningSubject } from '../toolbox/firewall-check/running-subject.ts';
import { type Subject, subjectOfFile } from '../toolbox/firewall-check/subject.ts';
import { documentNamed, keptIn, readFiles } from '../toolbox/service-tags/input.ts';
import { directoryOf, placeOptions } from '../toolbox/service-tags/options.ts';

interface CheckFlags {
  readonly nsg?: string;
  readonly subnet?: string;
  readonly nic?: string;
  readonly file?: string;
  readonly flow?: string;
  readonly privateEndpoint?: boolean;
  readonly direction?: string;
  readonly protocol?: string;
  readonly source?: string;
  readonly sourcePort?: string;
  readonly destination?: string;
  readonly destinationPort?: string;
  readonly serviceTags: readonly string[];
  readonly normalise?: boolean;
  readonly virtualNetwork: readonly string[];
  readonly onPremises: readonly string[];
  readonly public: readonly string[];
  readonly state: string;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value.split(',').filter((part) => part !== ''),
];

/** `--flow`, or the flags that say the same in pieces; undefined: neither. */
const flowOf = (flags: CheckFlags): Flow | undefined => {
  const { flow, direction, protocol, source, sourcePort, destination, destinationPort } = flags;
  const pieces = [direction, protocol, source, sourcePort, destination, destinationPort];
  const inPieces = pieces.some((piece) => piece !== undefined);
  if (flow === undefined && !inPieces) return undefined;
  if (flow !== undefined && inPieces)
    throw invalid('Both --flow and its pieces are given.', 'Give the flow once.');
  const read =
    flow === undefined
      ? checkFlow({
          direction: direction?.toLowerCase().startsWith('in') ? 'Inbound' : 'Outbound',
          protocol: protocol ?? 'tcp',
          source: source ?? 'VirtualNetwork',
          sourcePort: sourcePort ?? '*',
          destination: destination ?? '*',
          destinationPort: destinationPort ?? '*',
        })
      : parseFlow(flow);
  if ('problem' in read)
    throw invalid(
      `The flow is none: ${read.problem}.`,
      'Example: --flow "tcp 10.0.0.4:* -> AzureResourceManager:443".',
    );
  return read;
};

interface Tags {
  readonly resolve?: NonNullable<Surroundings['resolveTag']>;
  readonly lacks?: NonNullable<Surroundings['lacksTag']>;
  readonly text: string;
}

const byName: Tags = {
  text: 'none given; the check is by tag name only: addresses are not compared. --service-tags FILE does.',
};

/** The files of one list, or one that is kept, by the names that `firewall export` takes. */
const tagsGiven = ({ serviceTags, state, normalise = false }: CheckFlags): Tags => {
  const [name = '', ...more] = serviceTags;
  const { document, label } =
    more.length > 0
      ? { ...readFiles(serviceTags, { normalise }), label: serviceTags.map(placeOf).join(', ') }
      : documentNamed(keptIn(directoryOf({ state })), name, { normalise });
  const list = `${document.cloud} ${document.changeNumber}`;
  return {
    resolve: (tag) => findTag(document, tag)?.addressPrefixes,
    lacks: lackedBy(document.tags.map(({ name }) => name)),
    text: list === label ? `${list}, as it is kept` : `${list}, of ${label}`,
  };
};

/** The list that the installation serves: the imported one, else its own addresses. */
const tagsOfInstallation = async (arm: ArmClient, subscriptionId: string, region: string): Promise<Tags> => {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/${region}/serviceTags`;
  const { body, headers } = await arm.send('GET', `${path}?api-version=2026-01-01`);
  const { document } = readDocument([body], { normalise: true });
  const source = headers['x-tombolo-service-tags-source'] ?? 'served';
  return {
    resolve: (tag) => findTag(document, tag)?.addressPrefixes,
    // Its own addresses are no list of all tags.
    ...(source === 'imported' ? { lacks: lackedBy(document.tags.map(({ name }) => name)) } : {}),
    text: `${document.cloud} ${document.changeNumber}, as the installation serves them (${source})`,
  };
};

const withSurroundings = (
  subject: Subject,
  tags: Tags,
  more: Pick<Surroundings, 'onPremises' | 'publicPrefixes'>,
): Subject => {
  const resolve = tags.resolve === undefined ? {} : { resolveTag: tags.resolve };
  const lacks = tags.lacks === undefined ? {} : { lacksTag: tags.lacks };
  const gateway = (more.onPremises ?? []).map((prefix) => ({ prefix }));
  return {
    ...subject,
    surroundings: { ...subject.surroundings, ...more, ...resolve, ...lacks },
    ...(subject.routing ? { routing: { ...subject.routing, ...resolve, gateway } } : {}),
  };
};

const subjectOf = async (flags: CheckFlags): Promise<{ readonly subject: Subject; readonly tags: Tags }> => {
  const named = [flags.nsg, flags.subnet, flags.nic, flags.file].filter((one) => one !== undefined);
  if (named.length !== 1)
    throw invalid(
      `${named.length === 0 ? 'Nothing is named' : 'More than one thing is named'} to check.`,
      'Give one of --nsg ID, --subnet ID, --nic ID and --file FILE.',
    );
  const given = flags.serviceTags.length > 0 ? tagsGiven(flags) : undefined;
  const more = { onPremises: flags.onPremises, publicPrefixes: flags.public };
  if (flags.file !== undefined) {
    const tags = given ?? byName;
    return { subject: withSurroundings(subjectOfFile(flags.file, flags.virtualNetwork), tags, more), tags };
  }
  const server = connectToServer(flags.state);
  const arm = server.arm();
  try {
    const { arm: control, services } = server.installation.addresses;
    const read = await readRunningSubject(arm, flags);
    const [region = ''] = server.installation.regions;
    const tags = given ?? (await tagsOfInstallation(arm, server.credentials.subscriptionId, region));
    const own = { ...more, publicPrefixes: [...flags.public, control, services] };
    return { subject: withSurroundings(read, tags, own), tags };
  } finally {
    arm.close();
  }
};

/** Adds `check` to the group `firewall`. */
export const addFirewallCheck = (firewall: Command, runner: Runner): Command =>
  firewall
    .command('check')
    .description(
      'judge a flow by network security groups, or what Azure Arc needs of them, naming the rule that decides',
    )
    .addOption(
      valued(
        '--nsg <id>',
        'network security group of the running installation',
        resourceId('Microsoft.Network/networkSecurityGroups'),
      ),
    )
    .addOption(
      valued(
        '--subnet <id>',
        'subnet: its group, network, peerings and routes',
        resourceId('Microsoft.Network/virtualNetworks/subnets'),
      ),
    )
    .addOption(
      valued(
        '--nic <id>',
        'network interface: both groups that apply to it',
        resourceId('Microsoft.Network/networkInterfaces'),
      ),
    )
    .option(
      '--file <file>',
      'a group as "az network nsg show" prints it, - is standard input; needs no installation',
    )
    .option('--flow <text>', 'e.g. "tcp 10.0.0.4:* -> AzureResourceManager:443"; "in tcp …" for inbound')
    .option(
      '--private-endpoint',
      'without a flow: a private endpoint carries Arc, so only sign-in and ARM have to get out',
    )
    .addOption(new Option('--direction <direction>', 'of a flow in pieces').choices(['in', 'out']))
    .option('--protocol <name>', 'tcp, udp, icmp, esp, ah or *')
    .option('--source <word>', 'address, prefix, service tag or *')
    .option('--source-port <port>', 'port, range or *')
    .option('--destination <word>', 'address, prefix, service tag or *')
    .option('--destination-port <port>', 'port, range or *')
    .option(
      '--service-tags <file>',
      'list of service tags: a file (repeated: the pages of one), newest, previous or a change number',
      collect,
      [],
    )
    .option(...placeOptions.normalise)
    .addOption(
      listed('--virtual-network <prefix>', 'with --file: the address space; may be repeated', addressPrefix),
    )
    .addOption(
      listed(
        '--on-premises <prefix>',
        'what a gateway announces; counts to VirtualNetwork; may be repeated',
        addressPrefix,
      ),
    )
    .addOption(
      listed('--public <prefix>', 'counts to Internet although not routable; may be repeated', addressPrefix),
    )
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Without a flow: the rules AllowAADOutboundAccess and AllowAzOutboundAccess, which rule blocks them and what priority to give, then every service tag that Arc needs.',
        ],
        exits: {
          0: 'all allowed',
          2: 'bad argument or file',
          5: 'not running',
          8: 'refused',
          9: 'something needed is denied',
        },
        examples: [
          './tombolo firewall check --file nsg.json',
          './tombolo firewall check --file nsg.json --flow "tcp 10.0.0.4:* -> AzureResourceManager:443" --service-tags ServiceTags_Public.json',
          './tombolo firewall check --subnet /subscriptions/…/subnets/default --on-premises 192.168.0.0/16 --json',
        ],
      }),
    )
    .action((flags: CheckFlags) =>
      runner(flags.json === true, async (output) => {
        const flow = flowOf(flags);
        const { subject, tags } = await subjectOf(flags);
        const outcome = flow
          ? outcomeOfFlow(subject, flow, tags.text)
          : outcomeOfNeeds(subject, tags.text, flags.privateEndpoint === true);
        output.result(outcome, () => outcomeText(outcome));
        return outcome.allowed ? 0 : 9;
      }),
    );
