/** The marked block in a hosts file: found, replaced and taken out, with every other byte as it was. */

const beginMark = '# BEGIN tombolo';
const endMark = '# END tombolo';
const remark = '# Written by "tombolo hosts"; the whole block is replaced and removed by it.';

export type LineEnd = '\n' | '\r\n';

/** The file cannot be edited as it is; `line` counts from 1. */
export class BrokenHostsFile extends Error {
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.name = 'BrokenHostsFile';
    this.line = line;
  }
}

interface Line {
  readonly start: number;
  /** Where the text ends. */
  readonly end: number;
  /** Where the next line starts. */
  readonly next: number;
  readonly text: string;
}

const linesOf = (text: string): readonly Line[] => {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const at = text.indexOf('\n', start);
    const next = at < 0 ? text.length : at + 1;
    const end = at > start && text[at - 1] === '\r' ? at - 1 : at < 0 ? text.length : at;
    lines.push({ start, end, next, text: text.slice(start, end) });
    start = next;
  }
  return lines;
};

/** Tolerant of spaces and letter case, so that a mark that somebody touched is never taken for none. */
const markOf = (text: string): 'begin' | 'end' | undefined => {
  const found = /^\s*#\s*(begin|end)\s+tombolo\s*$/i.exec(text);
  return found ? (found[1]!.toLowerCase() as 'begin' | 'end') : undefined;
};

interface Block {
  readonly begin: Line;
  readonly end: Line;
}

/** Throws BrokenHostsFile: a begin without end, an end without begin, one block in another, two blocks. */
const findBlock = (lines: readonly Line[]): Block | undefined => {
  let begin: { line: Line; number: number } | undefined;
  let found: Block | undefined;
  for (const [index, line] of lines.entries()) {
    const mark = markOf(line.text);
    const number = index + 1;
    if (mark === 'begin') {
      if (begin)
        throw new BrokenHostsFile(
          `line ${number} begins a block within the one that begins in line ${begin.number}`,
          number,
        );
      if (found) throw new BrokenHostsFile(`line ${number} begins a second block`, number);
      begin = { line, number };
    }
    if (mark === 'end') {
      if (!begin) throw new BrokenHostsFile(`line ${number} ends a block that does not begin`, number);
      found = { begin: begin.line, end: line };
      begin = undefined;
    }
  }
  if (begin)
    throw new BrokenHostsFile(`the block that begins in line ${begin.number} does not end`, begin.number);
  return found;
};

/** What most lines end with; LF for a file without line ends. */
const lineEndOf = (text: string): LineEnd => {
  const all = text.split('\n').length - 1;
  const withReturn = text.split('\r\n').length - 1;
  return withReturn * 2 > all ? '\r\n' : '\n';
};

/** What the block's lines end with, by its first: another follows it. */
const separatorOf = (text: string, { begin }: Block): LineEnd =>
  text.slice(begin.end, begin.next) === '\r\n' ? '\r\n' : '\n';

/** The block as it stands in a file, its last line end included. */
export const blockText = (lines: readonly string[], lineEnd: LineEnd): string =>
  [beginMark, remark, ...lines, endMark].map((line) => `${line}${lineEnd}`).join('');

/** `text` is the file's octets as Latin-1, so that whatever it holds goes back as it came. Throws BrokenHostsFile. */
export const hasBlock = (text: string): boolean => findBlock(linesOf(text)) !== undefined;

/**
 * The text with the block: in the place of the one before, else at the end. A file whose last line has no line end keeps
 * it so: then the block's last line has none, which tells `removeBlock` to take the separating one away again.
 */
export const applyBlock = (text: string, lines: readonly string[]): string => {
  const block = findBlock(linesOf(text));
  // A block that is there has its own line ends in the count of all: judged anew, the next writing would turn them over.
  const lineEnd = block ? separatorOf(text, block) : lineEndOf(text);
  const made = blockText(lines, lineEnd);
  const unended = made.slice(0, -lineEnd.length);
  if (block) return text.slice(0, block.begin.start) + unended + text.slice(block.end.end);
  if (text === '' || text.endsWith('\n')) return text + made;
  return text + lineEnd + unended;
};

/** The text without the block; what `applyBlock` was given, where nothing else was edited. Throws BrokenHostsFile. */
export const removeBlock = (text: string): string => {
  const block = findBlock(linesOf(text));
  if (!block) return text;
  const before = text.slice(0, block.begin.start);
  // The separating line end is of the block's own kind: a lone return before it is the file's.
  const separator = separatorOf(text, block);
  const wasUnended = block.end.next === block.end.end && before.endsWith(separator);
  return (wasUnended ? before.slice(0, -separator.length) : before) + text.slice(block.end.next);
};

export interface HostsEntry {
  /** From 1. */
  readonly line: number;
  readonly address: string;
  readonly name: string;
}

const entriesOf = (lines: readonly Line[], own: (line: Line) => boolean): readonly HostsEntry[] =>
  lines.flatMap((line, index) => {
    if (!own(line)) return [];
    const [address, ...names] = line.text.split('#', 1)[0]!.split(/\s+/).filter(Boolean);
    return address === undefined ? [] : names.map((name) => ({ line: index + 1, address, name }));
  });

/** Lines outside the block that give another address to a name of the block: the system may answer with theirs. */
export const conflictingEntries = (text: string, wanted: readonly string[]): readonly HostsEntry[] => {
  const lines = linesOf(text);
  const block = findBlock(lines);
  const mine = entriesOf(linesOf(wanted.join('\n')), () => true);
  const outside = entriesOf(
    lines,
    (line) => !block || line.start < block.begin.start || line.start > block.end.start,
  );
  return outside.filter((entry) => {
    const same = mine.filter(({ name }) => name.toLowerCase() === entry.name.toLowerCase());
    return same.length > 0 && !same.some(({ address }) => address === entry.address.toLowerCase());
  });
};

/** Names and addresses of hosts lines: name → addresses. */
export const addressesByName = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const { name, address } of entriesOf(linesOf(lines.join('\n')), () => true))
    found.set(name, [...(found.get(name) ?? []), address]);
  return found;
};
