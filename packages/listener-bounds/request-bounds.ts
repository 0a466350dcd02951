/** Times and sizes that every HTTPS listener of every process has. */

/** Options of `https.createServer`; milliseconds and bytes. */
export const requestBounds = {
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  /** Headers and body together. */
  requestTimeout: 30_000,
  /** How late the two before may bite. */
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
} as const;
