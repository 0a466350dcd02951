/** Names of service tags, told from addresses and prefixes. */

import { parsePrefix } from './address.ts';

/** Is it a tag's name rather than an address, prefix or `*`? */
export const isTagName = (word: string): boolean => word !== '*' && parsePrefix(word) === undefined;

/** Could a tag be called so? `Storage`, `Storage.JapanEast`: whether there is one says the list of tags. */
export const hasTagForm = (word: string): boolean => /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/.test(word);
