/** `tombolo dns forwarder`: the purpose-built forwarder that stands in the network for the site (seed 001). */

import { clientAllowList, type SiteForwardingRule, startSiteForwarder } from '@tombolo/dns';
import { serverAddress } from '../installation/address.ts';
import { suffixes } from '../installation/installation.ts';
import { type AddCommand, helpText, jsonOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { aborted, endingSignal } from '../shell/ending-signal.ts';
import { createLog } from '../shell/log.ts';

export const addDns: AddCommand = (program, runner) => {
  const dns = program.command('dns').description('DNS tools');
  dns
    .command('forwarder')
    .description(
      "forward a site's queries: Arc names (or --rule suffixes) to the network's inbound endpoint, the rest upstream",
    )
    .requiredOption('--listen <address:port>', 'where the site asks; repeatable', collect, [])
    .option(
      '--to <address:port>',
      'name server of the virtual network, for all names of Azure Arc',
      collect,
      [],
    )
    .option('--rule <suffix=address:port>', 'another suffix and its server; repeatable', collect, [])
    .option(
      '--upstream <address:port>',
      'for every other name; without one they are refused; repeatable',
      collect,
      [],
    )
    .option('--client <prefix>', 'who may ask (loopback may always); repeatable', collect, [])
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
    .action(
      (options: {
        listen: string[];
        to: string[];
        rule: string[];
        upstream: string[];
        client: string[];
        json?: boolean;
      }) =>
        runner(options.json === true, async (output) => {
          clientAllowList(options.client);
          const forwarder = await startForwarder(options);
          const failed = forwarder.listeners.find((listener) => listener.state === 'unrealized');
          if (failed?.state === 'unrealized') {
            await forwarder.close();
            throw new CommandError('PortTaken', failed.reason, failed.fix);
          }
          const ending = endingSignal();
          if (output.json)
            process.stdout.write(`${JSON.stringify({ ready: true, listeners: forwarder.listeners })}\n`);
          else
            process.stdout.write(
              `Forwarding on ${forwarder.listeners.map((listener) => `${listener.address}:${listener.port}`).join(', ')}.\n`,
            );
          createLog('forwarder')('ready', { listeners: forwarder.listeners.length });
          await aborted(ending);
          await forwarder.close();
          return 0;
        }),
    );
  return dns;
};

const collect = (value: string, before: string[]): string[] => [...before, value];

const startForwarder = async (options: {
  listen: string[];
  to: string[];
  rule: string[];
  upstream: string[];
  client: string[];
}) => {
  try {
    const arc = [suffixes.his, suffixes.guestConfiguration, suffixes.kubernetesConfiguration];
    const rules: SiteForwardingRule[] = [
      ...(options.to.length === 0
        ? []
        : arc.map((suffix) => ({ suffix, servers: options.to.map(serverAddress) }))),
      ...options.rule.map((rule) => {
        const [suffix = '', server = ''] = rule.split('=');
        return { suffix, servers: [serverAddress(server)] };
      }),
    ];
    return await startSiteForwarder({
      listen: options.listen.map(serverAddress),
      rules,
      upstreams: options.upstream.map(serverAddress),
      clients: ['127.0.0.0/8', '::1/128', ...options.client],
    });
  } catch (error) {
    if (error instanceof RangeError)
      throw new CommandError('InvalidArgument', error.message, 'Correct the argument.');
    throw error;
  }
};
