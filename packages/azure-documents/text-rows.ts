/** A table of names and addresses as text: what is copied out of the portal's "DNS configuration", or lines of a hosts file. */

export interface TextRow {
  readonly fqdn: string;
  readonly ipAddresses: readonly string[];
}

const mostLines = 10_000;
const isName = (cell: string): boolean => /^(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+){2,}\.?$/i.test(cell);
/** Only the look of one: whether it is an address is judged where every address is. */
const isAddress = (cell: string): boolean => /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i.test(cell);

/** Undefined where any line but a heading is no row of one name with addresses. */
export const rowsOfText = (text: string): readonly TextRow[] | undefined => {
  const lines = text
    .split(/\r\n|[\r\n]/)
    .map((line) => line.split('#', 1)[0]!.trim())
    .filter((line) => line !== '');
  if (lines.length > mostLines) return undefined;
  const rows = lines.map((line) => {
    const cells = line.split(/[\s,;|"]+/).filter((cell) => cell !== '');
    const names = cells.filter(isName);
    const ipAddresses = cells.filter(isAddress);
    return names.length === 1 && ipAddresses.length > 0 ? { fqdn: names[0]!, ipAddresses } : undefined;
  });
  const body = rows[0] === undefined && isHeading(lines[0] ?? '') ? rows.slice(1) : rows;
  const read = body.filter((row) => row !== undefined);
  return read.length > 0 && read.length === body.length ? read : undefined;
};

const isHeading = (line: string): boolean => /fqdn/i.test(line) && /address/i.test(line);
