/** An ARM access token: given, or by client credentials with a secret or a certificate assertion. */

import { execFile } from 'node:child_process';
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CloudProfile } from '@tombolo/private-link';
import { SignJWT } from 'jose';
import { AgentFailure, NetworkFault, ServiceRefusal } from './failure.ts';
import { fixOf } from './failure-fix.ts';
import type { HttpsClient } from './https-client.ts';
import { accepted } from './https-client.ts';

export type Credentials =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  /** Whoever is signed in to the az command. */
  | { readonly kind: 'azcli' }
  /** A PEM file with certificate and key, or a PFX file. */
  | { readonly kind: 'certificate'; readonly clientId: string; readonly path: string };

/** Node reads no PKCS#12; the openssl command does. The passphrase of such files is empty here. */
const pemOfPfx = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile('openssl', ['pkcs12', '-in', path, '-nodes', '-passin', 'pass:'], (error, stdout) => {
      if (error === null) resolve(stdout);
      else {
        reject(
          new AgentFailure(
            41,
            `The PFX file '${path}' cannot be read with the openssl command and an empty passphrase.`,
            {
              fix: `Convert it: openssl pkcs12 -in '${path}' -nodes -out certificate.pem`,
            },
          ),
        );
      }
    });
  });

/** az keeps whoever signed in; its token is asked for, and shown nowhere. @throws AgentFailure 41 */
const tokenOfAz = (resource: string, tenantId: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const refuse = (why: string): void =>
      reject(
        new AgentFailure(41, `The az command gave no token for '${resource}': ${why}.`, {
          fix: 'Install az and sign in (az login, for an installation ./tombolo az login), or use other credentials.',
        }),
      );
    const args = [
      'account',
      'get-access-token',
      '--resource',
      resource,
      '--tenant',
      tenantId,
      '--output',
      'json',
    ];
    execFile('az', args, { timeout: 60_000, maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null) {
        const said = stderr
          .trim()
          .split('\n')
          .at(-1)
          ?.replace(/^ERROR: /, '')
          .replace(/\.$/, '');
        return refuse(
          (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not installed' : said || 'it failed',
        );
      }
      try {
        const { accessToken } = JSON.parse(stdout) as { readonly accessToken?: unknown };
        if (typeof accessToken === 'string' && accessToken !== '') return resolve(accessToken);
      } catch {}
      refuse('its answer has none');
    });
  });

const loadCertificate = async (
  path: string,
): Promise<{ readonly key: KeyObject; readonly leaf: X509Certificate }> => {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new AgentFailure(19, `The certificate file '${path}' cannot be read: ${error.message}.`);
  });
  const text = bytes.includes('-----BEGIN') ? bytes.toString('utf8') : await pemOfPfx(path);
  const block = (label: string): string | undefined =>
    new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----`).exec(text)?.[0];
  const certificate = block('CERTIFICATE');
  const key = block('(?:RSA |EC )?PRIVATE KEY');
  if (certificate === undefined || key === undefined) {
    throw new AgentFailure(41, `'${path}' holds no certificate with an unencrypted private key.`);
  }
  return { key: createPrivateKey(key), leaf: new X509Certificate(certificate) };
};

/** Entra's certificate credential: a JWT signed by the key, named by the certificate's thumbprint. */
const clientAssertion = async (options: {
  readonly clientId: string;
  readonly path: string;
  readonly audience: string;
  readonly now: number;
  readonly newGuid: () => string;
}): Promise<string> => {
  const { key, leaf } = await loadCertificate(options.path);
  const digest = (algorithm: string): string => createHash(algorithm).update(leaf.raw).digest('base64url');
  const seconds = Math.floor(options.now / 1000);
  const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
  return new SignJWT({})
    .setProtectedHeader({ alg, typ: 'JWT', x5t: digest('sha1'), 'x5t#S256': digest('sha256') })
    .setIssuer(options.clientId)
    .setSubject(options.clientId)
    .setAudience(options.audience)
    .setJti(options.newGuid())
    .setNotBefore(seconds - 60)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 300)
    .sign(key);
};

/** Which failure it is where who signed in is not known to a service: a token that was given may be any. */
export const refusedAs = ({ kind }: Credentials): 12 | 41 => (kind === 'token' ? 12 : 41);

/** @throws AgentFailure 41 when refused, 26 when the sign-in service cannot be reached */
export const signIn = async (options: {
  readonly credentials: Credentials;
  readonly profile: Pick<CloudProfile, 'activeDirectory' | 'resourceManager'>;
  readonly tenantId: string;
  readonly client: HttpsClient;
  readonly now: number;
  readonly newGuid: () => string;
}): Promise<string> => {
  const { credentials, profile, client } = options;
  if (credentials.kind === 'token') return credentials.accessToken;
  if (credentials.kind === 'azcli') return tokenOfAz(profile.resourceManager, options.tenantId);
  const url = `${profile.activeDirectory}/${encodeURIComponent(options.tenantId)}/oauth2/v2.0/token`;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    scope: `${profile.resourceManager}/.default`,
  });
  if (credentials.kind === 'secret') form.set('client_secret', credentials.secret);
  else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', await clientAssertion({ ...options, ...credentials, audience: url }));
  }
  try {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = accepted(
      await client.send({ method: 'POST', url, headers, body: form.toString() }),
      [200],
    );
    const token = (answer.body as { readonly access_token?: unknown } | undefined)?.access_token;
    if (typeof token === 'string') return token;
    throw new AgentFailure(41, `${url} answered without an access token.`);
  } catch (error) {
    if (error instanceof NetworkFault) {
      const fix = fixOf(error.reason);
      throw new AgentFailure(26, `Sign-in failed: ${error.message}`, fix === undefined ? {} : { fix });
    }
    if (error instanceof ServiceRefusal) {
      throw new AgentFailure(41, `Sign-in was refused: ${error.message}`, { serviceCode: error.code });
    }
    throw error;
  }
};
