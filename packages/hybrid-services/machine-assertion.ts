/** The machine's own statement of who it is, signed by its key: for a token (RFC 7523) and for its registration. */

import { normalSerial } from '@tombolo/identity/serial-number';
import { compactVerify, decodeJwt, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { comparableUrl } from './dpop.ts';
import { serviceError } from './errors.ts';
import type { HybridState, MachineIdentity } from './projection.ts';
import type { PublicKeyJwk } from './public-key.ts';
import { parsePublicKeyJwk, thumbprint } from './public-key.ts';
import type { ReplayCache } from './replay-cache.ts';

/** RFC 7523 §3 asks for a short life; ours. */
export const longestAssertionMs = 300_000;
const clockSkewMs = 60_000;

export interface VerifiedAssertion {
  readonly identity: MachineIdentity;
  readonly serial: string;
  readonly agentVersion?: string;
}

const refuse = (why: string): never => {
  throw serviceError('AuthenticationFailed', [`the assertion is refused: ${why}`]);
};

const checkTimes = (times: { iat?: number; exp?: number }, now: number): number => {
  const { iat, exp } = times;
  if (exp === undefined || iat === undefined) return refuse('exp or iat is missing');
  if (exp * 1000 <= now - clockSkewMs) return refuse('it has expired');
  if (iat * 1000 > now + clockSkewMs) return refuse('iat is in the future');
  if ((exp - iat) * 1000 > longestAssertionMs) return refuse('it is valid for more than five minutes');
  return exp * 1000;
};

const useOnce = (replays: ReplayCache, id: string, expiresAt: number): void => {
  const freshness = replays.use(id, expiresAt + clockSkewMs + 1000);
  if (freshness === 'full')
    throw serviceError('ServiceBusy', ['The replay cache'], { retryAfterSeconds: 30 });
  if (freshness === 'replayed') refuse('it has been used before');
};

const verifySignature = async (jwt: string, jwk: PublicKeyJwk, now: number) =>
  importJWK({ ...jwk }, 'ES256')
    .then((key) =>
      jwtVerify(jwt, key, { algorithms: ['ES256'], currentDate: new Date(now), clockTolerance: '60s' }),
    )
    .catch(() => undefined);

/**
 * A jwt-bearer assertion (RFC 7523 §3): `iss` = `sub` = machine id, `aud` = the token endpoint, `exp` within five
 * minutes, `jti` new, private claims `serial` (of its certificate) and `agent_version`.
 * @throws ArmError 401
 */
export const verifyAssertion = async (options: {
  readonly assertion: string;
  readonly audience: string;
  readonly state: HybridState;
  readonly replays: ReplayCache;
  readonly now: number;
}): Promise<VerifiedAssertion> => {
  const { assertion, state, now } = options;
  let claimed: ReturnType<typeof decodeJwt>;
  try {
    claimed = decodeJwt(assertion);
  } catch {
    return refuse('it is no JWT');
  }
  const { sub } = claimed;
  // Not believed yet: it says whose key to verify by, where several have gone by the name.
  const said = typeof claimed.serial === 'string' ? { serial: normalSerial(claimed.serial) } : {};
  // What a JWT says may be of any type, whatever the library's types say.
  const identity = typeof sub === 'string' ? state.identity(sub, said) : undefined;
  if (identity === undefined) return refuse('no machine of that name is registered');
  const payload = (await verifySignature(assertion, identity.publicKeyJwk, now))?.payload;
  if (payload === undefined) return refuse('its signature is not of the registered key, or it has expired');
  if (payload.iss !== payload.sub) return refuse('iss and sub differ');
  const audiences = [payload.aud ?? []].flat().map(comparableUrl);
  if (!audiences.includes(comparableUrl(options.audience) ?? ''))
    return refuse('aud is not this token endpoint');
  const expiresAt = checkTimes(payload, now);
  const { jti, serial, agent_version: agentVersion } = payload;
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 128)
    return refuse('jti is missing or of a bad length');
  if (typeof serial !== 'string') return refuse('serial is missing');
  useOnce(options.replays, `assertion ${identity.keyThumbprint} ${jti}`, expiresAt);
  return {
    identity,
    serial: normalSerial(serial),
    ...(typeof agentVersion === 'string' ? { agentVersion: agentVersion.slice(0, 64) } : {}),
  };
};

const statement = z.object({
  machineId: z.string().min(1).max(2048),
  csr: z.string().min(1).max(8192),
  publicKeyJwk: z.unknown(),
  agentVersion: z.string().min(1).max(64),
  feed: z.int().nonnegative().optional(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(8).max(128),
});

export interface RegistrationStatement {
  readonly machineId: string;
  readonly csr: string;
  readonly agentVersion: string;
  /** Its `jti`. */
  readonly registrationId: string;
  readonly keyThumbprint: string;
  /** Feed number of the ARM write that made the machine. */
  readonly feed?: number;
}

/**
 * The body of a registration: a compact JWS (RFC 7515) by the key that it names. It proves possession only; whether
 * the key is the machine's is judged against the machine resource.
 * @throws ArmError 400, 401
 */
export const verifyRegistration = async (options: {
  readonly jws: string;
  readonly audience: string;
  readonly replays: ReplayCache;
  readonly now: number;
}): Promise<RegistrationStatement> => {
  const parts = options.jws.split('.');
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    throw serviceError('InvalidRequest', ['the body is no JWS with a JSON payload.']);
  }
  const parsed = statement.safeParse(claims);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw serviceError('InvalidRequest', [`${String(path[0] ?? 'payload')}: ${message}.`]);
  }
  const jwk = parsePublicKeyJwk(parsed.data.publicKeyJwk);
  if (jwk === undefined) throw serviceError('InvalidRequest', ['publicKeyJwk is no P-256 public key.']);
  const verified = await importJWK({ ...jwk }, 'ES256')
    .then((key) => compactVerify(options.jws, key, { algorithms: ['ES256'] }))
    .catch(() => undefined);
  if (verified === undefined) return refuse('the registration is not signed by the key that it names');
  if (comparableUrl(parsed.data.aud) !== comparableUrl(options.audience))
    return refuse('aud is not this endpoint');
  const expiresAt = checkTimes(parsed.data, options.now);
  const keyThumbprint = thumbprint(jwk);
  useOnce(options.replays, `registration ${keyThumbprint} ${parsed.data.jti}`, expiresAt);
  const { machineId, csr, agentVersion, feed, jti: registrationId } = parsed.data;
  return {
    machineId,
    csr,
    agentVersion,
    registrationId,
    keyThumbprint,
    ...(feed === undefined ? {} : { feed }),
  };
};
