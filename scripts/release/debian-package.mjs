/** The agent as a package for Debian and Ubuntu: the program with Node inside, its unit, its user; the same bytes each time. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentVersion } from '@tombolo/agent/version';
import { root } from '../project-node.mjs';
import { debianArchive } from './archive.mjs';

const architectures = { amd64: 'linux-x64', arm64: 'linux-arm64' };

const own = (name) => readFileSync(join(root, 'scripts', 'release', 'debian', name));

const text = (content) => Buffer.from(content);

const controlOf = (version, architecture, bytes) =>
  text(`Package: tombolo-agent
Version: ${version}
Architecture: ${architecture}
Maintainer: Tombolo <tombolo@localhost>
Installed-Size: ${Math.ceil(bytes / 1024)}
Depends: init-system-helpers, libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8), passwd
Recommends: ca-certificates
Conflicts: azcmagent
Section: admin
Priority: optional
Description: agent of a Tombolo installation
 Connects this server to a self-hosted installation of Azure Arc-enabled
 servers, and keeps it connected. Node.js is in it.
`);

/** What is in the package; one program of this version for this architecture. */
export const debianPackage = ({ version, architecture, program, time }) => {
  const data = [
    { path: 'opt/tombolo-agent/tombolo-agent', content: program, mode: 0o755 },
    { path: 'usr/bin/tombolo-agent', target: '/opt/tombolo-agent/tombolo-agent' },
    {
      path: 'usr/lib/systemd/system/tombolo-agent.service',
      content: own('tombolo-agent.service'),
      mode: 0o644,
    },
    {
      path: 'usr/share/doc/tombolo-agent/copyright',
      content: readFileSync(join(root, 'LICENSE')),
      mode: 0o644,
    },
  ];
  const files = data.filter(({ content }) => content !== undefined);
  const sums = files.map(
    ({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`,
  );
  const size = files.reduce((sum, { content }) => sum + content.length, 0);
  const control = [
    { path: 'control', content: controlOf(version, architecture, size), mode: 0o644 },
    { path: 'md5sums', content: text(sums.join('')), mode: 0o644 },
    ...['postinst', 'prerm', 'postrm'].map((path) => ({ path, content: own(path), mode: 0o755 })),
  ];
  return debianArchive(control, data, time);
};

/** https://reproducible-builds.org/specs/source-date-epoch/ */
const sourceDate = () => {
  const { SOURCE_DATE_EPOCH = '0' } = process.env;
  if (!/^\d{1,10}$/.test(SOURCE_DATE_EPOCH))
    throw new Error(`SOURCE_DATE_EPOCH '${SOURCE_DATE_EPOCH.slice(0, 50)}' has to be seconds since 1970.`);
  return Number(SOURCE_DATE_EPOCH);
};

/** Writes a package of each executable for Linux into `folder`; returns their paths. */
export const buildDebianPackages = (folder, executables) => {
  mkdirSync(folder, { recursive: true });
  return Object.entries(architectures).map(([architecture, platform]) => {
    const program = readFileSync(executables.find((path) => path.endsWith(platform)));
    const path = join(folder, `tombolo-agent_${agentVersion}_${architecture}.deb`);
    writeFileSync(path, debianPackage({ version: agentVersion, architecture, program, time: sourceDate() }));
    return path;
  });
};
