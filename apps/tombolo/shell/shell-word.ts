/** A value as one word of a POSIX shell's command line, quoted only where it has to be. */

export const shellWord = (value: string): string =>
  /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
