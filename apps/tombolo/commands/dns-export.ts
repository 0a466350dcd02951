/** `tombolo dns export`: what a site's own DNS servers and hosts files need for a private endpoint. */

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointDns } from '@tombolo/azure-documents';
import {
  type ForwarderFormat,
  type ForwardTarget,
  forwarderFormats,
  forwarderMaterial,
  type HostsFormat,
  hostsFormats,
  hostsMaterial,
  type Material,
  type MaterialFile,
  type MaterialFormat,
  MaterialProblem,
  materialFormats,
  type ZoneFormat,
  type ZoneStyle,
  zoneMaterial,
  zoneStyles,
} from '@tombolo/dns-material';
import { type ServerAddress, serverAddress } from '../installation/address.ts';
import { suffixes } from '../installation/installation.ts';
import { inboundAddresses } from '../installation/name-servers.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { invalid, oneOf, repeated, resourceId, valued, wholeNumber } from '../shell/values.ts';
import { endpointFileOption, endpointOption, readEndpoint } from '../toolbox/documents/endpoint-source.ts';

interface ExportOptions {
  readonly format: MaterialFormat;
  readonly endpoint?: string;
  readonly file?: string;
  readonly network?: string;
  readonly to: readonly ServerAddress[];
  readonly zones?: ZoneStyle;
  readonly ttl?: number;
  readonly serial?: number;
  readonly nameServer?: string;
  readonly folder?: string;
  readonly out?: string;
  readonly state: string;
  readonly json?: boolean;
}

const help = helpText({
  notes: [
    `Formats: ${materialFormats.join(', ')}.`,
    'Zones and hosts files are made from --endpoint or --file; forwarders from --network or --to.',
  ],
  exits: {
    0: 'made',
    1: 'cannot be written',
    2: 'bad argument or file',
    5: 'not running',
    8: 'refused',
  },
  examples: [
    './tombolo dns export --format bind --endpoint /subscriptions/…/privateEndpoints/site --out zones',
    './tombolo dns export --format knot --zones public --file endpoint.json',
    './tombolo dns export --format forwarder-unbound --to 10.0.2.4',
    './tombolo dns export --format hosts-windows --file endpoint.json',
  ],
});

/** Adds itself to the command \`dns\`, which has to be there. */
export const addDnsExport: AddCommand = (program, runner) => {
  const dns = program.commands.find((command) => command.name() === 'dns') ?? program.command('dns');
  return dns
    .command('export')
    .description('write zone files, server snippets, forwarders or hosts lines for a private endpoint')
    .addOption(
      valued(
        '--format <name>',
        'what to make; listed below',
        oneOf('format', materialFormats),
      ).makeOptionMandatory(),
    )
    .option(...endpointOption)
    .option(...endpointFileOption)
    .addOption(
      valued(
        '--network <id>',
        'forward to the inbound endpoints of this virtual network',
        resourceId('Microsoft.Network/virtualNetworks'),
      ),
    )
    .addOption(repeated('--to <address:port>', 'forward to this name server; repeatable', serverAddress))
    .addOption(
      valued(
        '--zones <style>',
        'public: one zone for each exact name, every other name still resolves (default); privatelink: the zones that public names lead to, which hide all others',
        oneOf('way to make zones', zoneStyles),
      ),
    )
    .addOption(valued('--ttl <seconds>', 'of records; default 300', wholeNumber(0, 604_800)))
    .addOption(
      valued('--serial <number>', 'of zones; default: seconds since 1970', wholeNumber(0, 0xffffffff)),
    )
    .option('--name-server <name>', 'host name for NS and SOA; default localhost')
    .option('--folder <path>', 'where the server will find the zone files; default: where it looks by itself')
    .option('--out <path>', 'write the files into that folder instead of printing them')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText('after', help)
    .action((options: ExportOptions) =>
      runner(options.json === true, async (output) => {
        const material = await makeMaterial(options);
        for (const { message } of material.warnings) output.progress(`Warning: ${message}`);
        if (options.out !== undefined) writeFiles(options.out, material.files);
        output.result(shown(material, options.out), () => printed(material, options.out));
        return 0;
      }),
    );
};

/** What the package refuses, as this command line says it. */
const refusals = <T>(act: () => T): T => {
  try {
    return act();
  } catch (error) {
    if (error instanceof MaterialProblem) throw invalid(error.message, error.fix);
    throw error;
  }
};

const isOneOf = <T extends string>(list: readonly T[], value: string): value is T =>
  (list as readonly string[]).includes(value);

const makeMaterial = async (options: ExportOptions): Promise<Material> => {
  const { format } = options;
  const forwards = isOneOf(forwarderFormats, format);
  const meaningless = [
    ...(forwards ? ['endpoint', 'zones', 'ttl', 'serial', 'nameServer', 'folder'] : ['network']),
    ...(isOneOf(hostsFormats, format) ? ['zones', 'ttl', 'serial', 'nameServer', 'folder'] : []),
    ...(format === 'windows-dns' ? ['serial', 'nameServer', 'folder'] : []),
  ] as const;
  const extra = meaningless.find((name) => options[name as keyof ExportOptions] !== undefined);
  if (extra !== undefined || (!forwards && options.to.length > 0))
    throw invalid(
      `Format ${format} takes no --${(extra ?? 'to').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.`,
      'Leave it out; "./tombolo dns export --help" says what is made from what.',
    );
  if (forwards) return forwarders(format, options);
  const endpoint = await readEndpoint(options);
  if (isOneOf(hostsFormats, format)) return hostsMaterial(format as HostsFormat, endpoint);
  return refusals(() => zones(format as ZoneFormat, endpoint, options));
};

const zones = (format: ZoneFormat, endpoint: EndpointDns, options: ExportOptions): Material =>
  zoneMaterial(format, endpoint, {
    style: options.zones ?? 'public',
    serial: options.serial ?? Math.floor(Date.now() / 1000),
    ttl: options.ttl ?? 300,
    source: options.endpoint ?? options.file!,
    ...(options.nameServer === undefined ? {} : { nameServer: options.nameServer }),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
  });

const forwarders = async (format: ForwarderFormat, options: ExportOptions): Promise<Material> => {
  const { network, to, file } = options;
  if ((network === undefined) === (to.length === 0))
    throw invalid(
      'One of --network and --to is needed.',
      'Give the id of a virtual network, or the address of its inbound endpoint or of a forwarder in it.',
    );
  // A file says of which cloud the names are.
  const names = file === undefined ? suffixes : (await readEndpoint(options)).suffixes;
  const targets = network === undefined ? to : await inboundEndpoints(network, options.state);
  return refusals(() =>
    forwarderMaterial(
      format,
      names,
      targets,
      network ?? to.map(({ address, port }) => `${address}:${port}`).join(', '),
    ),
  );
};

const inboundEndpoints = async (network: string, state: string): Promise<readonly ForwardTarget[]> => {
  const server = connectToServer(state);
  const arm = server.arm();
  try {
    await arm.send('GET', `${network}?api-version=2024-05-01`);
    const found = await inboundAddresses(arm, network);
    if (found.length === 0)
      throw invalid(
        `${network} has no DNS resolver with an inbound endpoint.`,
        'Create a Microsoft.Network/dnsResolvers resource with an inboundEndpoints child in it.',
      );
    return found.map((address) => ({ address, port: server.installation.ports.dns }));
  } finally {
    arm.close();
  }
};

/** Each file appears whole or not at all. */
const writeFiles = (folder: string, files: readonly MaterialFile[]): void => {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, content } of files) {
      const temporary = join(folder, `.${name}.${process.pid}`);
      const descriptor = openSync(temporary, 'wx', 0o644);
      try {
        writeFileSync(descriptor, content);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, join(folder, name));
    }
  } catch (error) {
    throw new CommandError(
      'Failed',
      `${folder} cannot be written: ${(error as Error).message}`,
      'Name a folder that you may write.',
    );
  }
};

const shown = (material: Material, out: string | undefined): unknown => ({
  format: material.format,
  executed: material.checkedWith.length > 0,
  checkedWith: material.checkedWith,
  files: material.files.map(({ name, content }) =>
    out === undefined ? { name, content } : { name, path: join(out, name) },
  ),
  warnings: material.warnings,
});

/** One file as it is, to be redirected; several under their names. */
const printed = ({ files }: Material, out: string | undefined): string => {
  if (out !== undefined) return files.map(({ name }) => join(out, name)).join('\n');
  if (files.length === 1) return files[0]!.content.replace(/\n$/, '');
  return files
    .map(({ name, content }) => `==> ${name} <==\n${content}`)
    .join('\n')
    .replace(/\n$/, '');
};
