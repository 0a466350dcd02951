/** Who calls: a machine by token and proof, by client certificate, by assertion, or one that registers. */

import type { IssuerChain } from '@tombolo/identity/machine-certificate-check';
import { verifyProof } from './dpop.ts';
import { serviceError } from './errors.ts';
import type { RegistrationStatement } from './machine-assertion.ts';
import { verifyAssertion, verifyRegistration } from './machine-assertion.ts';
import { verifyCertificate } from './machine-certificate.ts';
import { verifyToken } from './machine-token.ts';
import type { HybridState } from './projection.ts';
import type { ReplayCache } from './replay-cache.ts';
import type { ServiceRequest } from './request.ts';
import { requestUrl } from './request.ts';

export interface Authentication {
  readonly state: HybridState;
  readonly replays: ReplayCache;
  /** Those that issue machine certificates. */
  readonly authorities: readonly IssuerChain[];
  readonly now: number;
}

export interface MachineCaller {
  readonly machineId: string;
  /** Normalized serial of the certificate that the machine stands on. */
  readonly serial: string;
  readonly keyThumbprint: string;
  /** What the machine said of itself, signed; the ARM resource's counts where it said nothing. */
  readonly agentVersion?: string;
}

export type { RegistrationStatement };

/** `Authorization: DPoP <token>` with a proof (RFC 9449 §7.1), else the connection's client certificate. */
export const authenticateRequest = async (
  request: ServiceRequest,
  by: Authentication,
): Promise<MachineCaller> => {
  const authorization = request.headers.authorization;
  if (authorization === undefined && request.clientCertificate !== undefined) {
    const { identity, serial } = await verifyCertificate({ ...by, der: request.clientCertificate });
    return { machineId: identity.machineId, serial, keyThumbprint: identity.keyThumbprint };
  }
  const token = /^DPoP ([A-Za-z0-9._-]{1,4096})$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw serviceError('AuthenticationFailed', [
      "it sent neither 'Authorization: DPoP <token>' nor a client certificate (a bearer token is not enough)",
    ]);
  }
  const claims = await verifyToken(token, by.state, by.now);
  const key = await verifyProof({
    proof: request.headers.dpop,
    method: request.method,
    url: requestUrl(request),
    accessToken: token,
    replays: by.replays,
    now: by.now,
  });
  if (key !== claims.keyThumbprint) {
    throw serviceError('AuthenticationFailed', [
      'the DPoP proof is not by the key that the token is bound to',
    ]);
  }
  return claims;
};

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The token request of RFC 7523 §2.1, with a proof by the machine's own key (RFC 9449 §5). */
export const authenticateAssertion = async (
  request: ServiceRequest,
  by: Authentication,
): Promise<MachineCaller> => {
  const form = new URLSearchParams(await request.readBody());
  if (form.get('grant_type') !== jwtBearer) {
    throw serviceError('InvalidRequest', [`grant_type has to be '${jwtBearer}'.`], { target: 'grant_type' });
  }
  const assertion = form.get('assertion');
  if (assertion === null || assertion.length > 4096) {
    throw serviceError('InvalidRequest', ['assertion is missing or too long.'], { target: 'assertion' });
  }
  const { state, replays, now } = by;
  const verified = await verifyAssertion({ assertion, audience: requestUrl(request), state, replays, now });
  const { identity, serial, agentVersion } = verified;
  const url = requestUrl(request);
  const key = await verifyProof({ proof: request.headers.dpop, method: request.method, url, replays, now });
  if (key !== identity.keyThumbprint) {
    throw serviceError('AuthenticationFailed', ["the DPoP proof is not by the machine's own key"]);
  }
  return {
    machineId: identity.machineId,
    serial,
    keyThumbprint: key,
    ...(agentVersion === undefined ? {} : { agentVersion }),
  };
};

export const authenticateRegistration = async (
  request: ServiceRequest,
  by: Authentication,
): Promise<RegistrationStatement> =>
  verifyRegistration({
    jws: (await request.readBody()).trim(),
    audience: requestUrl(request),
    replays: by.replays,
    now: by.now,
  });
