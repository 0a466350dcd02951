/** An extension package that an installation serves: what vouches for it, and which of several a machine gets. Pure. */

import { propertiesOf, textAt } from './document.ts';
import type { Document, JsonObject } from './port.ts';

export const packageType = 'Tombolo/extensionPackages';

export interface PackageName {
  readonly publisher: string;
  readonly type: string;
  readonly version: string;
}

/** Neither publishers nor types have a colon. */
export const packageIdOf = ({ publisher, type, version }: PackageName): string =>
  `/tombolo/extensionPackages/${publisher}:${type}:${version}`;

export interface StoredPackage extends PackageName {
  /** Of the archive, and of its file's name. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** What was signed, byte for byte. */
  readonly manifest: string;
  /** PEM: of the key that signed. */
  readonly certificate: string;
  /** Epoch milliseconds: until when the certificate vouches. */
  readonly notAfter: number;
  /** Base64. */
  readonly signature: string;
}

export const packageBody = (stored: StoredPackage): JsonObject => ({ properties: { ...stored } });

/** Undefined where it is another shape. */
export const readPackage = (document: Document): StoredPackage | undefined => {
  const properties = propertiesOf(document);
  const text = (name: string): string => textAt(properties, name) ?? '';
  const { size, notAfter } = properties;
  const stored = {
    ...{ publisher: text('publisher'), type: text('type'), version: text('version') },
    ...{ sha256: text('sha256'), manifest: text('manifest') },
    ...{ certificate: text('certificate'), signature: text('signature') },
  };
  if (typeof size !== 'number' || typeof notAfter !== 'number' || Object.values(stored).includes(''))
    return undefined;
  return { ...stored, size, notAfter };
};

/** By numeric segments: 1.10 is later than 1.9, and 1.4 is 1.4.0. */
const compare = (left: string, right: string): number => {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

export const newestFirst = <P extends Pick<PackageName, 'version'>>(packages: readonly P[]): readonly P[] =>
  packages.toSorted((one, other) => compare(other.version, one.version));

const isOf = (one: Pick<PackageName, 'publisher' | 'type'>, handler: string): boolean =>
  `${one.publisher}/${one.type}`.toLowerCase() === handler.toLowerCase();

/**
 * The package for an extension of these properties: of a whole version (`1.2.0` that is there) that one, of the beginning of one
 * (`1.2`) the newest that begins so, of none the newest; with `enableAutomaticUpgrade` the newest, with
 * `autoUpgradeMinorVersion` the newest of the same first number, if they are no older than what is asked.
 */
export const packageFor = (
  packages: readonly StoredPackage[],
  properties: JsonObject,
): StoredPackage | undefined => {
  const handler = `${textAt(properties, 'publisher') ?? ''}/${textAt(properties, 'type') ?? ''}`;
  const all = newestFirst(packages.filter((each) => isOf(each, handler)));
  const asked = textAt(properties, 'typeHandlerVersion');
  const [newest] = all;
  if (asked === undefined || newest === undefined) return newest;
  const noOlder = all.filter(({ version }) => compare(version, asked) >= 0);
  if (properties.enableAutomaticUpgrade === true) return noOlder[0];
  const [major] = asked.split('.');
  if (properties.autoUpgradeMinorVersion === true)
    return noOlder.find(({ version }) => version.split('.')[0] === major);
  return (
    all.find(({ version }) => version === asked) ??
    all.find(({ version }) => version.startsWith(`${asked}.`)) ??
    all.find(({ version }) => compare(version, asked) === 0)
  );
};
