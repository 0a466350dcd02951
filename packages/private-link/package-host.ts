/** The public name of extension packages: R12, blob storage where no private endpoint is on the way. */

/** A name of ours in the shape of a storage account's, so that rules for `*.blob.core.windows.net` hold for it; every other stays public. */
export const packageHost = 'tomboloextensions.blob.core.windows.net';
