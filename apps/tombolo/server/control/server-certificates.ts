/** The installation's two server certificates: issued at the start, renewed while they still have a month. */

import { type CertificateAuthority, issueServerCertificate, type ServerCertificate } from '@tombolo/identity';

export interface ServerCertificatesOptions {
  readonly authority: CertificateAuthority;
  readonly names: { readonly arm: readonly string[]; readonly services: readonly string[] };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Called with each new certificate; the first time before `issue` resolves. */
  readonly use: {
    readonly arm: (issued: ServerCertificate) => void;
    readonly services: (issued: ServerCertificate) => void;
  };
}

export interface ServerCertificates {
  readonly issue: () => Promise<void>;
  /** Issues those anew that end within 30 days; resolves to how many. */
  readonly renewDue: () => Promise<number>;
}

const renewBeforeMs = 30 * 86_400_000;

export const createServerCertificates = (options: ServerCertificatesOptions): ServerCertificates => {
  const ends = { arm: 0, services: 0 };
  const issueOne = async (name: 'arm' | 'services'): Promise<void> => {
    const issued = await issueServerCertificate(options.authority, {
      names: options.names[name],
      now: options.now(),
    });
    ends[name] = issued.notAfter;
    options.use[name](issued);
  };
  return {
    issue: async () => {
      await issueOne('arm');
      await issueOne('services');
    },
    renewDue: async () => {
      const due = (['arm', 'services'] as const).filter((name) => ends[name] - options.now() < renewBeforeMs);
      for (const name of due) await issueOne(name);
      return due.length;
    },
  };
};
