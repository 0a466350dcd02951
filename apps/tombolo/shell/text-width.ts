/** Text within a width: words are wrapped, cells are narrowed until the row fits, nothing is cut away. */

const length = (text: string): number => [...text].length;

/** After what a name, an id or a list may be broken where there is no space. */
const joints = /(?<=[/.,:;_-])/;

const cut = (piece: string, width: number): readonly string[] => {
  const letters = [...piece];
  return Array.from({ length: Math.ceil(letters.length / width) }, (_, at) =>
    letters.slice(at * width, (at + 1) * width).join(''),
  );
};

/** A word as it stands; else in the pieces between its joints; else wherever the line ends. */
const piecesOf = (word: string, width: number): readonly string[] =>
  length(word) <= width
    ? [word]
    : word.split(joints).flatMap((piece) => (length(piece) <= width ? [piece] : cut(piece, width)));

/** Lines of at most `width`; line breaks and the spaces that a line begins with stay. */
export const wrap = (text: string, width: number): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [indent = ''] = /^ */.exec(line) ?? [];
    const lines: string[] = [];
    let current = indent;
    let empty = true;
    for (const word of line.slice(indent.length).split(' '))
      for (const [at, piece] of piecesOf(word, Math.max(1, width - indent.length)).entries()) {
        const glue = empty || at > 0 ? '' : ' ';
        if (!empty && length(current) + glue.length + length(piece) > width) {
          lines.push(current);
          current = indent + piece;
        } else current += glue + piece;
        empty = false;
      }
    return [...lines, current];
  });

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(length));

/**
 * The widths of columns that fit into `room` together: the widest are narrowed first, down to their longest word, then to the
 * longest piece of one, then as far as it takes.
 */
export const fitColumns = (rows: readonly (readonly string[])[], room: number): readonly number[] => {
  const columns = (rows[0] ?? []).map((_, at) => rows.map((row) => row[at] ?? ''));
  const widths = columns.map((cells) => longest(cells.flatMap((cell) => cell.split('\n'))));
  const floors = [
    columns.map((cells) => longest(cells.flatMap((cell) => cell.split(/\s/)))),
    columns.map((cells) =>
      longest(cells.flatMap((cell) => cell.split(/\s/).flatMap((word) => word.split(joints)))),
    ),
    columns.map(() => 4),
  ];
  for (const floor of floors)
    for (;;) {
      if (widths.reduce((sum, width) => sum + width, 0) <= room) return widths;
      const candidates = widths.map((width, at) => (width > floor[at]! ? width : 0));
      const widest = Math.max(...candidates);
      if (widest === 0) break;
      widths[candidates.indexOf(widest)]! -= 1;
    }
  return widths;
};
