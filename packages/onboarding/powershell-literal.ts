/** A value as a PowerShell string in single quotes: nothing in it is expanded. */

/** PowerShell takes typographic quotes for single ones (`IsSingleQuote` of its tokenizer); each is written twice. */
const quotes = /['\u2018\u2019\u201a\u201b]/g;

export const powershellLiteral = (value: string): string => `'${value.replaceAll(quotes, '$&$&')}'`;
