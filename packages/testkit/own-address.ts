/** Loopback addresses that belong to one process of tests, so that others at the same time are not in its way. */

/** 127.128.0.0/10, a /24 for each process id; `host` is 1 to 254. */
export const ownAddress = (host: number): string =>
  `127.${128 + ((process.pid >> 8) & 0x3f)}.${process.pid & 0xff}.${host}`;
