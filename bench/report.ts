/** Medians, percentiles and how benches print them. */

export type Row = Readonly<Record<string, string | number>>;

/** Of an unsorted list; NaN when empty. */
export const percentile = (numbers: readonly number[], share: number): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);

const shown = (value: string | number): string => {
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
};

/** One JSON document, or one aligned table. */
export const printRows = (rows: readonly Row[], json: boolean): void => {
  if (json) {
    console.log(JSON.stringify({ rows }, null, 2));
    return;
  }
  const head = Object.keys(rows[0] ?? {});
  const cells = [head, ...rows.map((row) => head.map((name) => shown(row[name] ?? '')))];
  const widths = head.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  for (const line of cells)
    console.log(
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  '),
    );
};
