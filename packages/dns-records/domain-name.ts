/** Domain names as people may write them into ARM: narrower than what the wire carries (`name.ts`). */

import { hostLabel } from './host-name.ts';

/** A host label, or one of a service, in either case. The source of a pattern. */
export const label = hostLabel({ underscores: true }).replace('a-z', 'A-Za-z');

const domainName = new RegExp(`^(?=.{1,254}$)(?!.{254}(?<!\\.)$)(?:${label}\\.)*${label}\\.?$`);

/** A domain name as the target of a record; a final dot and the root are allowed. */
export const isDomainName = (text: string): boolean => text === '.' || domainName.test(text);
