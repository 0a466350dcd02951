/** Which products' tables a query takes in, and how much of each. */

import { type Composition, compositionOf } from './composition.ts';
import type { RequirementQuery } from './query.ts';
import type { Feature, Product } from './requirement.ts';

/** What of a product's table is asked for: all of it, or rows for these features only; or why none. */
export type TableUse =
  | { readonly used: true; readonly onlyFeatures?: readonly Feature[]; readonly because: string }
  | { readonly used: false; readonly needsFeature: Feature; readonly because: string };

/** The tables that the products take in; a wider use wins over a narrower one. */
export const tableUses = (
  query: Pick<RequirementQuery, 'products' | 'cloud'>,
  features: readonly Feature[],
  compositions: readonly Composition[],
): ReadonlyMap<Product, TableUse> => {
  const uses = new Map<Product, TableUse>();
  const widths = (use: TableUse | undefined): number => {
    if (use === undefined) return 0;
    return use.used ? (use.onlyFeatures === undefined ? 3 : 2) : 1;
  };
  const take = (product: Product, use: TableUse): void => {
    if (widths(use) > widths(uses.get(product))) uses.set(product, use);
  };
  for (const product of query.products) {
    const composition = compositionOf(product, compositions);
    if (composition === undefined) continue;
    const { title, adds } = composition;
    take(product, { used: true, because: title });
    for (const addition of adds) {
      if (addition.clouds !== undefined && !addition.clouds.includes(query.cloud)) continue;
      const because = `${title}: ${addition.because}`;
      const { whenFeature, onlyFeatures } = addition;
      if (whenFeature !== undefined && !features.includes(whenFeature)) {
        take(addition.product, { used: false, needsFeature: whenFeature, because });
      } else {
        take(addition.product, {
          used: true,
          because,
          ...(onlyFeatures === undefined ? {} : { onlyFeatures }),
        });
      }
    }
  }
  return uses;
};
