/** Comments in generated files: text that came from outside cannot end one. */

/** Control characters and every line separator that some parser knows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g;

const longest = 300;

/** One comment line for each text; `mark` is the format's own. Other than ASCII is escaped: not every parser takes UTF-8. */
export const commentLines = (mark: string, texts: readonly string[]): readonly string[] =>
  texts.map((text) => {
    const plain = text
      .replace(unsafe, ' ')
      .replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
    // A comment that ends with a backslash would take the next line along in some formats.
    return `${mark} ${plain.slice(0, longest).replace(/(?<![\\ ])[\\ ]+$/, '')}`.trimEnd();
  });
