/** A table of one of Microsoft's pages as data, with the days on which rows came and went. */

import type { CloudName, Product, Requirement, SourcePage, SourceRole } from '../requirement.ts';
import { entryOf, type TableRow } from '../tables/seed-table.ts';

export interface PageRow extends Omit<TableRow, 'row' | 'footnote'> {
  /** Absent: the page does not have it any more. */
  readonly row?: number;
  readonly since?: string;
  readonly withdrawn?: string;
  /** Hosts of this table that stand instead of it. */
  readonly replacedBy?: string;
}

export interface PageTable {
  readonly page: SourcePage;
  /** The heading under which the page prints it. */
  readonly table: string;
  readonly product: Product;
  readonly cloud: CloudName;
  readonly source: readonly SourceRole[];
  readonly rows: readonly PageRow[];
  /** For every row that does not say otherwise. */
  readonly all?: Partial<PageRow>;
}

/** One row: its number, its hosts with a space between them, what it is for, and what else it says. */
export const row = (
  number: number,
  hosts: string,
  purpose: string,
  more: Partial<PageRow> = {},
): PageRow => ({
  row: number,
  hosts: hosts.split(' '),
  purpose,
  ...more,
});

/** A row that the page had until a day. */
export const gone = (
  withdrawn: string,
  hosts: string,
  purpose: string,
  more: Partial<PageRow> = {},
): PageRow => ({ hosts: hosts.split(' '), purpose, withdrawn, ...more });

const idOf = ({ product, cloud }: Pick<PageTable, 'product' | 'cloud'>, address: string, variant?: string) =>
  `${product}/${cloud}/page/${address}${variant === undefined ? '' : `+${variant}`}`;

/** Every host of every row, in the table's order; rows that the page has no more are withdrawn. */
export const entriesOfPage = (table: PageTable): readonly Requirement[] =>
  table.rows.flatMap((given) => {
    const { row: number, since, withdrawn, replacedBy, ...rest } = { ...table.all, ...given };
    return given.hosts.map((address): Requirement => {
      const entry = entryOf(table, rest, address);
      return {
        ...entry,
        id: idOf(table, address, rest.variant),
        page: {
          ...table.page,
          table: table.table,
          ...(number === undefined ? {} : { row: number }),
          ...(since === undefined ? {} : { since }),
          ...(withdrawn === undefined ? {} : { withdrawn }),
        },
        status: replacedBy !== undefined ? 'superseded' : withdrawn === undefined ? 'current' : 'withdrawn',
        ...(replacedBy === undefined ? {} : { supersededBy: idOf(table, replacedBy) }),
      };
    });
  });
