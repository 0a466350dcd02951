/** Domain names as people may write them into ARM: narrower than what the wire carries (`name.ts`). */

/** A host label, or one of a service: letters, digits, hyphens and underscores. The source of a pattern. */
export const label = '(?!-)[A-Za-z0-9_-]{1,63}(?<!-)';

const domainName = new RegExp(`^(?=.{1,254}$)(?!.{254}(?<!\\.)$)(?:${label}\\.)*${label}\\.?$`);

/** A domain name as the target of a record; a final dot and the root are allowed. */
export const isDomainName = (text: string): boolean => text === '.' || domainName.test(text);
