/** What the machine is made of, for `show`: some of it only root may read, and the daemon leaves it for others. */

import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { operatingSystem } from './machine-resource.ts';

export interface MachineFacts {
  /** The firmware's UUID of the machine; only root may read it. */
  readonly vmUuid: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly cloudProvider: string;
  readonly mssqlDetected: boolean;
}

const clouds: readonly (readonly [RegExp, string])[] = [
  [/^Amazon EC2/, 'AWS'],
  [/^Google/, 'GCP'],
];

/** @param root where the machine's file system is */
export const readMachineFacts = (root = '/'): MachineFacts => {
  const firmware = (name: string): string => {
    try {
      return readFileSync(join(root, 'sys/class/dmi/id', name), 'utf8')
        .trim()
        .slice(0, 200);
    } catch {
      return '';
    }
  };
  const manufacturer = firmware('sys_vendor');
  return {
    vmUuid: firmware('product_uuid').toLowerCase(),
    manufacturer,
    model: firmware('product_name'),
    cloudProvider: clouds.find(([vendor]) => vendor.test(manufacturer))?.[1] ?? 'N/A',
    mssqlDetected: existsSync(join(root, 'opt/mssql/bin/sqlservr')),
  };
};

/** What `show --os` adds. */
export const operatingSystemFacts = (): Readonly<Record<string, string>> => ({
  ...operatingSystem(),
  architecture: arch(),
  processors: String(cpus().length),
  memoryMiB: String(Math.floor(totalmem() / 1_048_576)),
});
