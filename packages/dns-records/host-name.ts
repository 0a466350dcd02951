/** Host names as programs take them: what a label is made of is said here, and what a place adds to it, there. */

/** Beside letters, digits and hyphens: the underscore of services (RFC 8552), and `*` where names are patterns. */
export interface HostNameForm {
  readonly underscores?: true;
  readonly wildcards?: true;
  /** Labels at least; default 1. */
  readonly labels?: number;
}

/** One label in lower case, 1 to 63 octets, no hyphen at either end (RFC 1123 section 2.1). The source of a pattern. */
export const hostLabel = ({ underscores, wildcards }: HostNameForm = {}): string =>
  `(?!-)[a-z0-9${underscores ? '_' : ''}${wildcards ? '*' : ''}-]{1,63}(?<!-)`;

const patterns = new Map<string, RegExp>();
const labelPattern = (form: HostNameForm): RegExp => {
  const source = hostLabel(form);
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(`^${source}$`);
    patterns.set(source, pattern);
  }
  return pattern;
};

/** In lower case and without the final dot, of 253 octets at most (RFC 1035 section 2.3.4). */
export const isHostName = (text: string, form: HostNameForm = {}): boolean => {
  if (text.length > 253) return false;
  const labels = text.split('.');
  const pattern = labelPattern(form);
  return labels.length >= (form.labels ?? 1) && labels.every((label) => pattern.test(label));
};
