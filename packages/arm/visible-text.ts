/** Characters that a person does not see: they come with what was pasted, and no id, name or address has one. */

/** The names of those that are pasted most; any other is named by its number. */
const names: Readonly<Record<string, string>> = {
  '\t': 'a tab',
  '\n': 'a line feed',
  '\r': 'a carriage return',
  '\u00a0': 'a no-break space',
  '\u00ad': 'a soft hyphen',
  '\u200b': 'a zero width space',
  '\u200c': 'a zero width non-joiner',
  '\u200d': 'a zero width joiner',
  '\u200e': 'a left-to-right mark',
  '\u200f': 'a right-to-left mark',
  '\u202f': 'a narrow no-break space',
  '\u2060': 'a word joiner',
  '\ufeff': 'a byte order mark',
};

/**
 * Control characters, those that only format (zero width, directions), surrogates without a partner, what belongs to nobody, and
 * every space but the plain one.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}|[\u115f\u1160\u3164\uffa0]|\u034f/u;

const numbered = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

export interface InvisibleCharacter {
  /** `a carriage return (U+000D)`. */
  readonly name: string;
  /** `at its end`, `at its beginning`, or after what it stands. */
  readonly where: string;
}

/** The first character of a text that nobody sees; undefined where there is none. */
export const invisibleIn = (text: string): InvisibleCharacter | undefined => {
  const found = invisible.exec(text);
  if (found === null) return undefined;
  const [character] = found;
  const [before, after] = [text.slice(0, found.index), text.slice(found.index + character.length)];
  const known = names[character];
  return {
    name: known === undefined ? `the character ${numbered(character)}` : `${known} (${numbered(character)})`,
    where:
      before === ''
        ? 'at its beginning'
        : after === ''
          ? 'at its end'
          : `behind '${[...before].slice(-20).join('')}'`,
  };
};

/** The text with each such character written out, so that a message shows it: `main‹U+000D›`. */
export const withInvisibleShown = (text: string): string =>
  text.replace(new RegExp(invisible, 'gu'), (character) => `‹${numbered(character)}›`);
