/** The installation's two server certificates: issued at the start, renewed while they still have a month. */

import { join } from 'node:path';
import { type CertificateAuthority, issueServerCertificate, type ServerCertificate } from '@tombolo/identity';
import { armServerNames, type Installation, serviceServerNames } from '../../installation/installation.ts';
import { type StateDirectory, writePrivateFile } from '../../installation/state-directory.ts';
import type { ArmCertificate } from '../http/arm-server.ts';

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

export interface InstalledCertificates extends Pick<ServerCertificates, 'renewDue'> {
  /** The ARM listener's, as it is now. */
  readonly arm: () => ArmCertificate;
  /** From now on called with each new one. */
  readonly onArm: (use: (renewed: ArmCertificate) => void) => void;
}

/** Issues both at once; the services' is the hybrid process's file. */
export const openServerCertificates = async (options: {
  readonly authority: CertificateAuthority;
  readonly installation: Installation;
  readonly state: StateDirectory;
  readonly now: () => number;
}): Promise<InstalledCertificates> => {
  let arm: ArmCertificate = { key: '', cert: '' };
  let use = (_renewed: ArmCertificate): void => {};
  const certificates = createServerCertificates({
    authority: options.authority,
    names: { arm: armServerNames(options.installation), services: serviceServerNames() },
    now: options.now,
    use: {
      arm: ({ privateKey, certificate }) => {
        arm = { key: privateKey, cert: certificate };
        use(arm);
      },
      // One file, so that nobody reads a key that is not the certificate's.
      services: ({ privateKey, certificate }) =>
        writePrivateFile(
          join(options.state.of('hybrid'), 'server.pem'),
          `${privateKey.trim()}\n${certificate.trim()}\n`,
        ),
    },
  });
  await certificates.issue();
  return {
    arm: () => arm,
    onArm: (user) => {
      use = user;
    },
    renewDue: certificates.renewDue,
  };
};
