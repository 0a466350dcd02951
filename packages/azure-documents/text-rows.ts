/** A table of names and addresses as text: what is copied out of the portal's "DNS configuration", or lines of a hosts file. */

export interface TextRow {
  readonly fqdn: string;
  readonly ipAddresses: readonly string[];
}

const mostLines = 10_000;
const isName = (cell: string): boolean =>
  cell.length <= 254 && /^(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+){2,}\.?$/i.test(cell);
/** Only the look of one: whether it is an address is judged where every address is. */
const isAddress = (cell: string): boolean => /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i.test(cell);

/** The portal names the zone of a row beside the name in it: what another name ends with is no row of its own. */
const withoutZones = (names: readonly string[]): readonly string[] => {
  const above = new Set(
    names.flatMap((name) => {
      const labels = name.toLowerCase().split('.');
      return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
    }),
  );
  return names.filter((name) => !above.has(name.toLowerCase()));
};

/** Undefined where any line but a heading is no row of one name with addresses, and the cells are not a line each. */
export const rowsOfText = (text: string): readonly TextRow[] | undefined => {
  const lines = text
    .split(/\r\n|[\r\n]/)
    .map((line) => line.split('#', 1)[0]!.trim())
    .filter((line) => line !== '');
  if (lines.length > mostLines) return undefined;
  const rows = lines.map((line) => {
    const cells = line.split(/[\s,;|"]+/).filter((cell) => cell !== '');
    const names = withoutZones(cells.filter(isName));
    const ipAddresses = cells.filter(isAddress);
    return names.length === 1 && ipAddresses.length > 0 ? { fqdn: names[0]!, ipAddresses } : undefined;
  });
  if (rows.every((row) => row === undefined)) return rowsOfCells(lines);
  const body = rows[0] === undefined && isHeading(lines[0] ?? '') ? rows.slice(1) : rows;
  const read = body.filter((row) => row !== undefined);
  return read.length > 0 && read.length === body.length ? read : undefined;
};

const isHeading = (line: string): boolean => /fqdn/i.test(line) && /address/i.test(line);

/** A page's table as browsers copy some: a line each cell. The headings say which of name and addresses comes first. */
const rowsOfCells = (lines: readonly string[]): readonly TextRow[] | undefined => {
  const begin = lines.findIndex((line) => isName(line) || isAddress(line));
  const headings = lines.slice(0, Math.max(begin, 0));
  const [name, address] = [/fqdn/i, /address/i].map((word) => headings.findIndex((line) => word.test(line)));
  if (name === -1 || address === -1) return undefined;
  const nameFirst = name! < address!;
  const names = new Set(withoutZones([...new Set(lines.filter(isName))]));
  const values = lines.slice(begin).filter((line) => names.has(line) || isAddress(line));
  const rows: { fqdn: string; ipAddresses: string[] }[] = [];
  for (const value of nameFirst ? values : values.toReversed())
    if (names.has(value)) rows.push({ fqdn: value, ipAddresses: [] });
    else if (rows.length === 0) return undefined;
    else rows.at(-1)!.ipAddresses.push(value);
  if (rows.some(({ ipAddresses }) => ipAddresses.length === 0)) return undefined;
  return nameFirst
    ? rows
    : rows.toReversed().map(({ fqdn, ipAddresses }) => ({ fqdn, ipAddresses: ipAddresses.toReversed() }));
};
