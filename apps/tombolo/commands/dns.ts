/** `tombolo dns forwarder`: the purpose-built forwarder that stands in the network for the site (seed 001). */

import { clientAllowList, type SiteForwardingRule, startSiteForwarder } from '@tombolo/dns';
import { type ServerAddress, serverAddress } from '../installation/address.ts';
import { suffixes } from '../installation/installation.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { aborted, endingSignal } from '../shell/ending-signal.ts';
import { createLog } from '../shell/log.ts';
import { invalid, type ReadValue, readableBy, repeated } from '../shell/values.ts';

export const addDns: AddCommand = (program, runner) => {
  const dns = program
    .command('dns')
    .description('DNS tools')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo dns export --format bind --file endpoint.json --out zones',
        './tombolo dns forwarder --listen 192.0.2.53:53 --to 10.0.2.4:53 --client 192.0.2.0/24',
      ),
    );
  dns
    .command('forwarder')
    .description(
      "forward a site's queries: Arc names (or --rule suffixes) to the network's inbound endpoint, the rest upstream",
    )
    .addOption(repeated('--listen <address:port>', 'where the site asks; repeatable', serverAddress))
    .addOption(
      repeated(
        '--to <address:port>',
        'name server of the virtual network, for all names of Azure Arc; repeatable',
        serverAddress,
      ),
    )
    .addOption(
      repeated('--rule <suffix=address:port>', 'another suffix and its server; repeatable', forwardingRule),
    )
    .addOption(
      repeated(
        '--upstream <address:port>',
        'for every other name; without one they are refused; repeatable',
        serverAddress,
      ),
    )
    .addOption(repeated('--client <prefix>', 'who may ask (loopback may always); repeatable', clientPrefix))
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'ended as asked', 2: 'bad argument', 6: 'an address cannot be bound' },
        examples: [
          './tombolo dns forwarder --listen 192.0.2.53:53 --to 10.0.2.4:53 --upstream 192.0.2.1:53 --client 192.0.2.0/24',
        ],
      }),
    )
    .action((options: ForwarderOptions) =>
      runner(options.json === true, async (output) => {
        const forwarder = await startForwarder(options);
        const failed = forwarder.listeners.find((listener) => listener.state === 'unrealized');
        if (failed?.state === 'unrealized') {
          await forwarder.close();
          throw new CommandError('PortTaken', failed.reason, failed.fix);
        }
        const ending = endingSignal();
        output.ready(
          { ready: true, listeners: forwarder.listeners },
          `Forwarding on ${forwarder.listeners.map((listener) => `${listener.address}:${listener.port}`).join(', ')}.`,
        );
        createLog('forwarder')('ready', { listeners: forwarder.listeners.length });
        await aborted(ending);
        await forwarder.close();
        return 0;
      }),
    );
  return dns;
};

interface ForwarderOptions {
  readonly listen: readonly ServerAddress[];
  readonly to: readonly ServerAddress[];
  readonly rule: readonly SiteForwardingRule[];
  readonly upstream: readonly ServerAddress[];
  readonly client: readonly string[];
  readonly json?: boolean;
}

const forwardingRule: ReadValue<SiteForwardingRule> = (text, flag) => {
  const [suffix = '', server, ...more] = text.split('=');
  if (suffix === '' || server === undefined || more.length > 0)
    throw invalid(
      `${flag} '${text.slice(0, 200)}' is no rule.`,
      `Write a suffix and its server: ${flag} corp.example=192.0.2.1:53.`,
    );
  return { suffix, servers: [serverAddress(server)] };
};

const clientPrefix = readableBy(
  (text) => clientAllowList([text]),
  'Write a prefix without host bits: 192.0.2.0/24.',
);

const startForwarder = async ({ listen, to, rule, upstream, client }: ForwarderOptions) => {
  if (listen.length === 0)
    throw invalid(
      'No --listen says where the site asks.',
      'Give an address of this machine: --listen 192.0.2.53:53.',
    );
  if (to.length + rule.length + upstream.length === 0)
    throw invalid(
      'There is nobody to forward to.',
      "Give --to the address of the network's inbound endpoint, --rule SUFFIX=ADDRESS or --upstream ADDRESS.",
    );
  const arc = [suffixes.his, suffixes.guestConfiguration, suffixes.kubernetesConfiguration];
  const rules = [...(to.length === 0 ? [] : arc.map((suffix) => ({ suffix, servers: to }))), ...rule];
  try {
    return await startSiteForwarder({
      listen,
      rules,
      upstreams: upstream,
      clients: ['127.0.0.0/8', '::1/128', ...client],
    });
  } catch (error) {
    if (error instanceof RangeError)
      throw invalid(error.message, '"./tombolo dns forwarder --help" has an example.');
    throw error;
  }
};
