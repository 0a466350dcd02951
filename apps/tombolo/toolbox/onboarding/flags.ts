/** The flags of `tombolo onboard`, and what each may be. */

import { checkProxyUrl, proxyBypassGroups } from '@tombolo/onboarding';
import { realClouds } from '@tombolo/private-link';
import type { Command } from 'commander';
import {
  guid,
  invalid,
  listed,
  oneOf,
  type ReadValue,
  readableBy,
  region,
  repeated,
  resourceGroup,
  resourceId,
  valued,
} from '../../shell/values.ts';
import { endpointFileOption, endpointOption } from '../documents/endpoint-source.ts';

const authenticationKinds = ['secret', 'certificate', 'token', 'device-code', 'interactive'] as const;

export interface OnboardFlags {
  readonly resourceGroup: string;
  readonly location?: string;
  readonly subscriptionId?: string;
  readonly tenantId?: string;
  readonly resourceName?: string;
  readonly auth?: (typeof authenticationKinds)[number];
  readonly servicePrincipalId?: string;
  readonly credentialFile?: string;
  readonly privateLinkScope?: string;
  readonly endpoint?: string;
  readonly file?: string;
  readonly proxy?: string;
  readonly proxyBypass: readonly string[];
  readonly tag: readonly (readonly [name: string, value: string])[];
  readonly locationTags: boolean;
  readonly correlationId?: string;
  readonly cloud?: string;
  readonly resolver?: 'system' | 'installation';
  readonly state: string;
}

const tag: ReadValue<readonly [string, string]> = (text, flag) => {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw invalid(`${flag} '${text.slice(0, 200)}' is no NAME=VALUE.`, `Write ${flag} Datacenter=Osaka.`);
};

/** As curl and the agent read `proxy.example:3128`. */
const proxyUrl = (text: string, flag: string): string => {
  const url = /^[^/]+:\d+$/.test(text) ? `http://${text}` : text;
  return readableBy(checkProxyUrl, 'Write --proxy proxy.example:3128.')(url, flag);
};

/** Without those that every command has. */
export const addOnboardFlags = (command: Command): Command =>
  command
    .addOption(
      valued(
        '-g, --resource-group <name>',
        'resource group of the machines',
        resourceGroup,
      ).makeOptionMandatory(),
    )
    .addOption(valued('-l, --location <region>', "region of the machines; default: the scope's", region))
    .addOption(valued('-s, --subscription-id <guid>', "subscription; default: the installation's", guid))
    .addOption(valued('-t, --tenant-id <guid>', "tenant; default: the installation's", guid))
    .option('-n, --resource-name <name>', 'name of the machine; default: the host name of each server')
    .addOption(
      valued(
        '--auth <kind>',
        `who signs in: ${authenticationKinds.join(', ')}; default: secret with --service-principal-id, else token, for a real cloud device-code`,
        oneOf('way to sign in', authenticationKinds),
      ),
    )
    .addOption(
      valued('-i, --service-principal-id <guid>', 'service principal that onboards many servers', guid),
    )
    .option('--credential-file <path>', 'where the server has its secret, certificate or token')
    .addOption(
      valued(
        '--private-link-scope <id>',
        'connect through a private endpoint of this scope',
        resourceId('Microsoft.HybridCompute/privateLinkScopes'),
      ),
    )
    .addOption(
      valued(
        endpointOption[0],
        'the private endpoint; needed where the scope has several',
        resourceId('Microsoft.Network/privateEndpoints'),
      ),
    )
    .option(endpointFileOption[0], "the private endpoint's JSON, for a real cloud")
    .addOption(valued('--proxy <host:port>', 'proxy of the servers, like proxy.example:3128', proxyUrl))
    .addOption(
      listed(
        '--proxy-bypass <group>',
        `what goes past the proxy: ${proxyBypassGroups.join(', ')}; repeatable`,
        oneOf('bypass group', proxyBypassGroups),
      ),
    )
    .addOption(repeated('--tag <name=value>', 'a tag; repeatable', tag))
    .option('--no-location-tags', 'without the empty tags Datacenter, City, StateOrDistrict, CountryOrRegion')
    .addOption(valued('--correlation-id <guid>', 'for tracing; default: a new one', guid))
    .addOption(
      valued(
        '--cloud <name>',
        `a real cloud instead of the installation: ${Object.keys(realClouds).join(', ')}`,
        oneOf('cloud', Object.keys(realClouds)),
      ),
    )
    .addOption(
      valued(
        '--resolver <kind>',
        "system: the servers' own resolver knows the names (default, where the installation's DNS port is 53); installation: they ask its name servers by address",
        oneOf('resolver', ['system', 'installation'] as const),
      ),
    );
