/** How many rows the catalogue holds, by product and cloud, and how many an unconditional question brings. */

import { answerQuery } from './answer.ts';
import type { Catalogue } from './catalogue.ts';
import { compositionOf, compositionsOf } from './composition.ts';
import { rowKey, type SourceSpan, sourceSpan } from './provenance.ts';
import { readQuery } from './query.ts';
import { type CloudName, cloudNames, type Product, productNames } from './requirement.ts';

export interface ProductCount {
  readonly product: Product;
  readonly cloud: CloudName;
  /** Rows of tables that are the product's own; of pages, those that they still have. */
  readonly rows: number;
  /** Hosts in them: one entry each. */
  readonly entries: number;
  readonly superseded: number;
  readonly withdrawn: number;
  readonly sources: SourceSpan;
  /** Entries that only some versions use. */
  readonly bounded: number;
  /** Entries with everything that the product builds on and every feature of it, over the public route. */
  readonly composed: number;
}

/** One line a product and cloud for which its sources state anything. */
export const countRows = (catalogue: Catalogue): readonly ProductCount[] => {
  const compositions = compositionsOf(catalogue);
  return productNames.flatMap((product) =>
    cloudNames
      .filter((cloud) => compositionOf(product, compositions)?.clouds.includes(cloud) === true)
      .map((cloud) => {
        const own = catalogue.requirements.filter(
          (entry) => entry.product === product && entry.cloud === cloud,
        );
        const features = compositionOf(product, compositions)?.features ?? [];
        const query = readQuery({ products: [product], cloud, features }, catalogue);
        return {
          product,
          cloud,
          rows: new Set(own.filter(({ page }) => page?.withdrawn === undefined).map(rowKey)).size,
          entries: own.length,
          superseded: own.filter((entry) => entry.status === 'superseded').length,
          withdrawn: own.filter((entry) => entry.status === 'withdrawn').length,
          sources: sourceSpan(own),
          bounded: own.filter(
            (entry) => entry.agentVersion !== undefined || entry.extensionVersion !== undefined,
          ).length,
          composed: answerQuery(catalogue, query).in.length,
        };
      }),
  );
};
