/** PowerShell literals that hold any text and nothing but it. */

/**
 * A single-quoted string: nothing is expanded in it, and it ends only at a quote. PowerShell takes the typographic single
 * quotes U+2018 to U+201B for that too (its language specification, section 2.3.5.2), so each is doubled.
 */
export const quoted = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;

export const quotedList = (texts: readonly string[]): string => texts.map(quoted).join(', ');

/** CRLF, and ASCII only (comments are escaped): Windows PowerShell reads files without a mark in the local code page. */
export const script = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** Where a server keeps a zone: alone in a file or the registry, or in Active Directory. */
export const storeParameter: readonly string[] = [
  '#Requires -Modules DnsServer',
  "# -Store Local: on this server only. Domain, Forest: in Active Directory, replicated to the domain's or forest's DNS servers.",
  "param([ValidateSet('Local', 'Domain', 'Forest')] [string] $Store = 'Local')",
  "$ErrorActionPreference = 'Stop'",
];
