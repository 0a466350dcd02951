/** Where the pieces of `everything` are, below the subscription. */

const group = '/resourceGroups/everything';

export const everythingPath = (namespace: string, path: string): string =>
  `${group}/providers/Microsoft.${namespace}/${path}`;

export const networkOf = (name: string): string => everythingPath('Network', `virtualNetworks/${name}`);
