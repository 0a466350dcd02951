/** The TLS platform table (2 rows, the same in seeds 003 and 004): who supports TLS 1.2, and what to check. */

export interface TlsPlatform {
  readonly row: number;
  readonly platform: string;
  readonly support: string;
  readonly more: string;
}

export const tlsPlatforms: readonly TlsPlatform[] = [
  {
    row: 1,
    platform: 'Linux',
    support: 'Distributions mostly rely on OpenSSL for TLS 1.2',
    more: 'The OpenSSL changelog says whether your version supports it',
  },
  {
    row: 2,
    platform: 'Windows Server 2012 R2 and higher',
    support: 'Supported, and enabled by default',
    more: 'Confirm that the default settings are still used',
  },
];
