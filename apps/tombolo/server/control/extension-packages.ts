/** The installation's extension packages: taken in and signed, listed, removed; archives in a folder beside the store. */

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  describePackage,
  PackageRefused,
  packageLimits,
  packageSignerName,
} from '@tombolo/agent/extensions/package/manifest';
import type { CertificateAuthority } from '@tombolo/identity';
import { builtInHandlers } from '@tombolo/private-link';
import { automaticUpgrades, extensionType } from '@tombolo/providers';
import type { Store } from '@tombolo/store';
import {
  newestFirst,
  type PackageName,
  packageBody,
  packageIdOf,
  packageType,
  readPackage,
  type StoredPackage,
} from '@tombolo/store/extension-package';
import { StoreConflict } from '@tombolo/store/port';
import { signText } from './signed-text.ts';

export interface ExtensionPackagesOptions {
  readonly store: Store;
  readonly authority: CertificateAuthority;
  /** Made when it is needed. */
  readonly directory: string;
  readonly now: () => number;
  readonly newGuid: () => string;
}

/** What the operator has to mend; the message says what. */
export class PackageTrouble extends Error {}

export interface ShownPackage extends PackageName {
  readonly sha256: string;
  readonly size: number;
  /** Its archive is not there (a restored installation has none): it is added again. */
  readonly missing: boolean;
}

/** Signed anew by then. */
const renewalMs = 60 * 86_400_000;
/** Each is followed by the hybrid process and listed by ARM. */
const mostPackages = 1_000;
/** Extensions that one batch asks for the new package. */
const upgradeBatch = 200;
const upgradeAttempts = 10;

const readBounded = (path: string): Buffer => {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size > packageLimits.bytes)
      throw new PackageTrouble(`${path} has ${size} bytes; a package has ${packageLimits.bytes} at most.`);
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, size, 0));
  } finally {
    closeSync(descriptor);
  }
};

export const createExtensionPackages = (options: ExtensionPackagesOptions) => {
  const { store, authority, directory, now, newGuid } = options;

  const all = async () =>
    (await store.list({ type: packageType })).flatMap((document) => {
      const stored = readPackage(document);
      return stored === undefined ? [] : [{ document, stored }];
    });

  const signed = async (
    manifest: string,
  ): Promise<Pick<StoredPackage, 'certificate' | 'signature' | 'notAfter'>> =>
    signText(authority, { name: packageSignerName, text: manifest, now: now() });

  const shown = ({ publisher, type, version, sha256, size }: StoredPackage): ShownPackage => ({
    ...{ publisher, type, version, sha256, size },
    missing: !existsSync(join(directory, sha256)),
  });

  const keepArchive = (archive: Buffer, sha256: string): void => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const partial = join(directory, `${sha256}.partial`);
    writeFileSync(partial, archive, { mode: 0o600, flush: true });
    renameSync(partial, join(directory, sha256));
  };

  /** In bounded batches; what is written at the same time is read again, and what is done is not done twice. */
  const upgrade = async (packages: readonly StoredPackage[], added: StoredPackage): Promise<number> => {
    const done = new Set<string>();
    for (let attempt = 0; attempt < upgradeAttempts; attempt += 1) {
      const extensions = await store.list({ type: extensionType });
      const left = automaticUpgrades(extensions, { packages, added }, newGuid).filter(
        ({ put }) => !done.has(put.id),
      );
      try {
        for (let at = 0; at < left.length; at += upgradeBatch) {
          const batch = left.slice(at, at + upgradeBatch);
          await store.commit({
            expect: batch.map(({ put, version }) => ({ id: put.id, version })),
            puts: batch.map(({ put }) => put),
          });
          for (const { put } of batch) done.add(put.id);
        }
        break;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
    return done.size;
  };

  return {
    list: async (): Promise<readonly ShownPackage[]> =>
      newestFirst((await all()).map(({ stored }) => shown(stored))).toSorted((one, other) =>
        `${one.publisher}/${one.type}`.localeCompare(`${other.publisher}/${other.type}`, 'en'),
      ),

    /** A version is what it was: another archive under its name is refused. @throws PackageTrouble */
    add: async (path: string): Promise<ShownPackage & { readonly upgrading: number }> => {
      let archive: Buffer;
      try {
        archive = readBounded(path);
      } catch (error) {
        throw new PackageTrouble(`${path} cannot be read: ${(error as Error).message}`);
      }
      const refuse = (why: string): never => {
        throw new PackageTrouble(`${path} is refused: ${why}.`);
      };
      const described = (() => {
        try {
          return describePackage(archive);
        } catch (error) {
          if (error instanceof PackageRefused) return refuse(error.message);
          throw error;
        }
      })();
      const { publisher, type, version, sha256, size } = described;
      const handler = `${publisher}/${type}`;
      if (
        builtInHandlers.some((own) => `${own.publisher}/${own.type}`.toLowerCase() === handler.toLowerCase())
      )
        refuse(`${handler} is a handler of the agent itself`);
      const before = await all();
      const id = packageIdOf({ publisher, type, version });
      const same = before.find(({ document }) => document.id.toLowerCase() === id.toLowerCase());
      if (same !== undefined && same.stored.sha256 !== sha256)
        refuse(
          `${handler} ${version} is here with another content; give it another version, or remove that one first`,
        );
      if (same === undefined && before.length >= mostPackages)
        refuse(`the installation has ${mostPackages} packages, and may have no more`);
      keepArchive(archive, sha256);
      if (same !== undefined) return { ...shown(same.stored), upgrading: 0 };
      const manifest = JSON.stringify(described);
      const added = { publisher, type, version, sha256, size, manifest, ...(await signed(manifest)) };
      await store.commit({
        expect: [{ id, version: 'absent' }],
        puts: [{ id, type: packageType, body: packageBody(added) }],
      });
      const packages = [...before.map(({ stored }) => stored), added];
      return { ...shown(added), upgrading: await upgrade(packages, added) };
    },

    /** What is installed stays. @throws PackageTrouble */
    remove: async (name: PackageName): Promise<ShownPackage> => {
      const packages = await all();
      const found = packages.find(
        ({ document }) => document.id.toLowerCase() === packageIdOf(name).toLowerCase(),
      );
      if (found === undefined)
        throw new PackageTrouble(`There is no package ${name.publisher}/${name.type} ${name.version}.`);
      const { document, stored } = found;
      await store.commit({
        expect: [{ id: document.id, version: document.version }],
        deletes: [document.id],
      });
      if (!packages.some((each) => each !== found && each.stored.sha256 === stored.sha256))
        rmSync(join(directory, stored.sha256), { force: true });
      return shown(stored);
    },

    /** Certificates end; what they vouch for goes on. */
    renewSignatures: async (): Promise<void> => {
      for (const { document, stored } of await all()) {
        if (stored.notAfter - now() > renewalMs) continue;
        const body = packageBody({ ...stored, ...(await signed(stored.manifest)) });
        await store.commit({
          expect: [{ id: document.id, version: document.version }],
          puts: [{ id: document.id, type: packageType, body }],
        });
      }
    },
  };
};

export type ExtensionPackages = ReturnType<typeof createExtensionPackages>;
