/** How many rows the catalogue holds, by product and cloud, and how many an unconditional question brings. */

import { answerQuery } from './answer.ts';
import type { Catalogue } from './catalogue.ts';
import { compositionOf } from './composition.ts';
import { readQuery } from './query.ts';
import { type CloudName, cloudNames, type Product, productNames } from './requirement.ts';

export interface ProductCount {
  readonly product: Product;
  readonly cloud: CloudName;
  /** Rows of seed tables that are the product's own: (seed, table, row). */
  readonly rows: number;
  /** Hosts in them: one entry each. */
  readonly entries: number;
  readonly superseded: number;
  /** Entries that only some versions use. */
  readonly bounded: number;
  /** Entries with everything that the product builds on and every feature of it, over the public route. */
  readonly composed: number;
}

/** One line a product and cloud for which the seeds state anything. */
export const countRows = (catalogue: Catalogue): readonly ProductCount[] =>
  productNames.flatMap((product) =>
    cloudNames
      .filter((cloud) => compositionOf(product).clouds.includes(cloud))
      .map((cloud) => {
        const own = catalogue.requirements.filter(
          (entry) => entry.product === product && entry.cloud === cloud,
        );
        const features = compositionOf(product).features;
        const query = readQuery({ products: [product], cloud, features });
        return {
          product,
          cloud,
          rows: new Set(own.map(({ seed }) => `${seed.name} ${seed.table} ${seed.row}`)).size,
          entries: own.length,
          superseded: own.filter((entry) => entry.status === 'superseded').length,
          bounded: own.filter(
            (entry) => entry.agentVersion !== undefined || entry.extensionVersion !== undefined,
          ).length,
          composed: answerQuery(catalogue, query).in.length,
        };
      }),
  );
