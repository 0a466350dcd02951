/** Extension packages: archives that an operator hands in and agents fetch. */

import { match, ok } from 'node:assert/strict';
import { describePackage, PackageRefused } from '@tombolo/agent/extensions/package/manifest';
import { archiveOf, withMode } from '@tombolo/agent/extensions/package/package.testkit';
import { type Target, unlessRefused } from '../target.ts';

export const extensionPackage: Target = {
  name: 'extension-package',
  asks: 'describePackage, with readArchive',
  seeds: [
    new Uint8Array(archiveOf()),
    new Uint8Array(archiveOf({ files: { link: withMode('/etc', 0o120777) } })),
    new Uint8Array(archiveOf({ files: { '../up': withMode('x', 0o100644) } })),
  ],
  dictionary: [
    'PK\x01\x02',
    'PK\x03\x04',
    'PK\x05\x06',
    '../',
    'manifest.json',
    'bin/handler',
    '"version":"1.2.0"',
  ],
  run: (input) => {
    const described = unlessRefused([PackageRefused], () => describePackage(input));
    if (described === undefined) return;
    match(described.entry, /^[A-Za-z0-9 _.\-+@/]+$/);
    ok(!described.entry.split('/').includes('..'), 'its handler is in its directory');
    ok(described.size === input.length);
  },
};
