/** Domain names: between wire octets and presentation text, with compression (RFC 1035 sections 3.1, 4.1.4, 5.1). */

/** The octets are no DNS message, or a text is no domain name; `message` says where and why. */
export class MalformedMessage extends Error {}

/** Longest name on the wire, length octets and root included (RFC 1035 section 2.3.4). */
const maxNameOctets = 255;
const maxLabelOctets = 63;
/** A name has at most 127 labels, so an honest one never needs more jumps. */
const maxPointers = 127;
const headerOctets = 12;

export interface Cursor {
  offset: number;
}

const escaped = (octet: number): string => {
  if (octet === 0x2e || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
  if (octet > 0x20 && octet < 0x7f) return String.fromCharCode(octet);
  return `\\${octet.toString().padStart(3, '0')}`;
};

/**
 * Reads the name at the cursor and moves it past. Text is without the final dot (the root is `''`); dots and
 * backslashes inside labels and octets beyond printable ASCII are escaped. Pointers must go strictly backwards.
 */
export const readName = (bytes: Uint8Array, cursor: Cursor): string => {
  let text = '';
  let at = cursor.offset;
  let runStart = at;
  let end = -1;
  let octets = 1;
  let pointers = 0;
  for (;;) {
    const length = bytes[at];
    if (length === undefined) throw new MalformedMessage(`name at octet ${cursor.offset} is cut off`);
    if (length === 0) {
      if (end < 0) end = at + 1;
      break;
    }
    if (length >= 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined) throw new MalformedMessage(`pointer at octet ${at} is cut off`);
      const target = ((length & 0x3f) << 8) | low;
      if (end < 0) end = at + 2;
      if (target >= runStart || target < headerOctets || ++pointers > maxPointers) {
        throw new MalformedMessage(`pointer at octet ${at} to ${target} does not go back to a name`);
      }
      runStart = target;
      at = target;
      continue;
    }
    if (length > maxLabelOctets) throw new MalformedMessage(`label type ${length >> 6} at octet ${at}`);
    octets += length + 1;
    if (octets > maxNameOctets)
      throw new MalformedMessage(`name at octet ${cursor.offset} is over 255 octets`);
    const stop = at + 1 + length;
    if (stop > bytes.length) throw new MalformedMessage(`label at octet ${at} is cut off`);
    if (text !== '') text += '.';
    for (let index = at + 1; index < stop; index++) text += escaped(bytes[index] as number);
    at = stop;
  }
  cursor.offset = end;
  return text;
};

/** Where the first label of this text ends: the index of its dot, or the length. */
const labelEnd = (name: string, from: number): number => {
  for (let index = from; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code === 0x5c) index += /^\d{3}/.test(name.slice(index + 1, index + 4)) ? 3 : 1;
    else if (code === 0x2e) return index;
  }
  return name.length;
};

/** `a.b.c` → `b.c`; the parent of a single label is the root `''`. */
export const parentName = (name: string): string => {
  const end = name.includes('\\') ? labelEnd(name, 0) : name.indexOf('.');
  return end < 0 || end >= name.length ? '' : name.slice(end + 1);
};

/** DNS compares ASCII letters without case (RFC 4343); text is ASCII because everything else is escaped. */
export const lowerName = (name: string): string => name.toLowerCase();

/** Is `name` the domain itself or below it? Both in lower case. */
export const isWithin = (name: string, domain: string): boolean => {
  if (!name.includes('\\')) {
    return domain === '' || name === domain || (name.endsWith(domain) && name.at(-domain.length - 1) === '.');
  }
  // An escaped dot ends no label: walk label by label.
  for (let at = name; ; at = parentName(at)) {
    if (at === domain) return true;
    if (at === '') return false;
  }
};

export interface Writer {
  readonly bytes: Uint8Array;
  offset: number;
  /** Lower-case suffix → where it was written. */
  readonly names: Map<string, number>;
}

const writeLabel = (writer: Writer, label: string): void => {
  const start = writer.offset++;
  for (let index = 0; index < label.length; index++) {
    let octet = label.charCodeAt(index);
    if (octet === 0x5c) {
      const decimal = /^\d{3}/.exec(label.slice(index + 1, index + 4));
      octet = decimal ? Number(decimal[0]) : label.charCodeAt(index + 1);
      index += decimal ? 3 : 1;
    }
    if (!(octet <= 0xff)) throw new MalformedMessage(`label "${label}" holds what is no octet`);
    writer.bytes[writer.offset++] = octet;
  }
  const length = writer.offset - start - 1;
  if (length < 1 || length > maxLabelOctets)
    throw new MalformedMessage(`label "${label}" is not of 1 to 63 octets`);
  writer.bytes[start] = length;
};

/** Writes presentation text (with or without the final dot). Compresses only where RFC 3597 section 4 allows: the caller says. */
export const writeName = (writer: Writer, text: string, compress: boolean): void => {
  let rest = text;
  if (rest.endsWith('.') && !rest.endsWith('\\.')) rest = rest.slice(0, -1);
  const start = writer.offset;
  let key = lowerName(rest);
  while (rest !== '') {
    const known = compress ? writer.names.get(key) : undefined;
    if (known !== undefined) {
      writer.bytes[writer.offset++] = 0xc0 | (known >> 8);
      writer.bytes[writer.offset++] = known & 0xff;
      return;
    }
    if (writer.offset < 0x4000) writer.names.set(key, writer.offset);
    const end = rest.includes('\\') ? labelEnd(rest, 0) : rest.indexOf('.');
    if (end < 0 || end === rest.length) {
      writeLabel(writer, rest);
      rest = '';
    } else {
      writeLabel(writer, rest.slice(0, end));
      rest = rest.slice(end + 1);
      key = key.slice(end + 1);
      if (rest === '') throw new MalformedMessage(`name "${text}" has an empty label`);
    }
    if (writer.offset - start >= maxNameOctets)
      throw new MalformedMessage(`name "${text}" is over 255 octets`);
  }
  writer.bytes[writer.offset++] = 0;
};

/** A name as a person writes it, in lower case without the final dot; undefined where it cannot be on the wire. */
export const parseName = (text: string): string | undefined => {
  const writer: Writer = { bytes: new Uint8Array(512), offset: 0, names: new Map() };
  if (text.length > 1100) return undefined;
  try {
    writeName(writer, text, false);
    return lowerName(readName(writer.bytes.subarray(0, writer.offset), { offset: 0 }));
  } catch {
    return undefined;
  }
};
