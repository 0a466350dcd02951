/** `enableAutomaticUpgrade`: a package that has become the newest is asked of the machines whose extensions say so. Pure. */

import { propertiesOf } from '@tombolo/store/document';
import { packageFor, type StoredPackage } from '@tombolo/store/extension-package';
import { workOf } from '@tombolo/store/machine-report';
import type { Document } from '@tombolo/store/port';
import { types } from '../types.ts';
import { upgraded } from './model.ts';

export const extensionType = types.extension;

/** @param packages with `added` among them */
export const automaticUpgrades = (
  extensions: readonly Document[],
  { packages, added }: { readonly packages: readonly StoredPackage[]; readonly added: StoredPackage },
  newGuid: () => string,
) =>
  extensions
    .filter((document) => {
      const properties = propertiesOf(document);
      return (
        properties.enableAutomaticUpgrade === true &&
        workOf(document)?.state !== 'Deleting' &&
        packageFor(packages, properties)?.sha256 === added.sha256
      );
    })
    .map((document) => ({ put: upgraded(document, undefined, newGuid()), version: document.version }));
