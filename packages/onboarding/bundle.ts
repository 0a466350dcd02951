/** The offline bundle: what a server needs where nothing can be downloaded, its checksums signed by the installation. */

import type { CloudProfile } from '@tombolo/private-link';
import type { AgentPackage } from './agent-package.ts';
import { downloadPaths, globalOrigin } from './hosts.ts';
import { linuxInstaller } from './linux-installer.ts';
import { linuxScript } from './linux-script.ts';
import type { Onboarding } from './onboarding.ts';

export interface BundleFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
}

interface BundleParts {
  readonly onboarding: Onboarding;
  readonly agent: Omit<AgentPackage, 'url'> & { readonly bytes: Uint8Array };
  /** The block for a hosts file; '' where there is no private endpoint. */
  readonly hosts: string;
}

const signed = ['install.sh', 'tombolo-agent.mjs', 'hosts'] as const;
const list = 'SHA256SUMS';

/** What the checksums are of. The script is not in it: it holds the authority that all else is verified by. */
export const bundleFiles = ({ onboarding, agent, hosts }: BundleParts): readonly BundleFile[] => {
  const url = `${globalOrigin(onboarding.profile)}${downloadPaths.agent}`;
  const { version, sha256 } = agent;
  return [
    { name: 'install.sh', content: linuxInstaller({ version, sha256, url }), mode: 0o755 },
    { name: 'tombolo-agent.mjs', content: agent.bytes, mode: 0o644 },
    { name: 'hosts', content: hosts, mode: 0o644 },
  ];
};

/** As `sha256sum --check` reads them. */
export const checksumList = (checksums: Readonly<Record<string, string>>): string =>
  signed.map((name) => `${checksums[name]}  ${name}\n`).join('');

interface Signature {
  /** PEM: the signer's certificate and those between it and the authority. */
  readonly certificate: string;
  readonly signature: Uint8Array;
}

export const bundleScript = (onboarding: Onboarding): BundleFile => ({
  name: 'onboard.sh',
  content: linuxScript(onboarding, 'offline'),
  mode: 0o755,
});

export const signatureFiles = (
  checksums: string,
  { certificate, signature }: Signature,
): readonly BundleFile[] => [
  { name: list, content: checksums, mode: 0o644 },
  { name: `${list}.pem`, content: certificate, mode: 0o644 },
  { name: `${list}.sig`, content: signature, mode: 0o644 },
];

/** For who wants to look, or to connect by hand. */
export const profileFiles = (profile: CloudProfile): readonly BundleFile[] => [
  { name: 'profile.json', content: `${JSON.stringify(profile, null, 2)}\n`, mode: 0o644 },
  { name: 'authority.pem', content: profile.certificateAuthorities.join('\n'), mode: 0o644 },
];
