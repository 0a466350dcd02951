/** Names of the private DNS zones that private links answer in. */

const mark = 'privatelink';

/** The private DNS zone of the names below a suffix. */
export const privateLinkZone = (suffix: string): string => `${mark}.${suffix}`;

/** Of any service: some have the region in front, `japaneast.privatelink.azurecr.io`. */
export const isPrivateLinkZone = (name: string): boolean => name.toLowerCase().split('.').includes(mark);

/** The suffix of the public names that such a zone answers: what machines ask for. */
export const publicSuffixOf = (zoneName: string): string =>
  zoneName
    .split('.')
    .filter((label) => label.toLowerCase() !== mark)
    .join('.');
