/** A value as one word of bash, in single quotes: between them nothing but the quote itself means anything (POSIX, 2.2.2). */

/** Every byte arrives as it is; NUL cannot be in a word, and `checkOnboarding` lets none through. */
export const bashWord = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
