/** Every error of the token service: Entra's code, OAuth's word, the status and the sentence. */

type Row = readonly [status: number, error: string, message: (...values: readonly string[]) => string];

/**
 * AADSTS number → answer. Numbers, OAuth words and statuses are Entra's (Microsoft Learn, "Microsoft Entra
 * authentication and authorization error codes"), except 50053: Entra locks accounts with it, here it slows a client.
 */
const tokenErrorTable = {
  50049: [
    400,
    'invalid_instance',
    (host) => `Unknown or invalid instance '${host}'. It is not a name of this installation.`,
  ],
  50053: [
    429,
    'invalid_client',
    (client, seconds) =>
      `Sign-in of client '${client}' failed too many times from this address. Try again in ${seconds} seconds.`,
  ],
  50059: [
    400,
    'invalid_request',
    () =>
      'No tenant-identifying information found in either the request or implied by any provided credentials. Sign in at /{tenant id}/.',
  ],
  70003: [
    400,
    'unsupported_grant_type',
    (grant) => `The app requested an unsupported grant type '${grant}'. 'client_credentials' is served.`,
  ],
  70011: [
    400,
    'invalid_scope',
    (scope) =>
      `The provided request must include a 'scope' input parameter. The provided value '${scope}' is not valid: ask for one resource.`,
  ],
  90002: [
    400,
    'invalid_request',
    (tenant) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  ],
  500011: [
    400,
    'invalid_resource',
    (resource, tenant) =>
      `The resource principal named ${resource} was not found in the tenant named ${tenant}. Check the audience that you ask for.`,
  ],
  700016: [
    400,
    'unauthorized_client',
    (client, tenant) =>
      `Application with identifier '${client}' was not found in the directory '${tenant}'. Create its service principal, or check the tenant.`,
  ],
  700021: [
    401,
    'invalid_client',
    () =>
      "Client assertion application identifier doesn't match 'client_id' parameter: 'iss' and 'sub' must both be the client id.",
  ],
  700023: [
    401,
    'invalid_client',
    (audience) =>
      `Client assertion audience '${audience}' does not match the token endpoint or issuer of this tenant.`,
  ],
  700024: [
    401,
    'invalid_client',
    (reason) => `Client assertion is not within its valid time range: ${reason}.`,
  ],
  700027: [401, 'invalid_client', (reason) => `Client assertion failed signature validation: ${reason}.`],
  900144: [
    400,
    'invalid_request',
    (name) => `The request body must contain the following parameter: '${name}'.`,
  ],
  900561: [
    405,
    'invalid_request',
    (method) => `The endpoint only accepts POST requests. Received a ${method} request.`,
  ],
  1002012: [
    400,
    'invalid_scope',
    (scope) =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  ],
  7000112: [400, 'unauthorized_client', (client, name) => `Application '${client}'(${name}) is disabled.`],
  7000215: [
    401,
    'invalid_client',
    (client) =>
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client}'.`,
  ],
  7000216: [
    401,
    'invalid_client',
    () =>
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  ],
  7000222: [
    401,
    'invalid_client',
    (client) =>
      `The provided client secret keys for app '${client}' are expired. Create new keys for the app.`,
  ],
  9000411: [
    400,
    'invalid_request',
    (name) => `The request is not properly formatted. The parameter '${name}' is duplicated.`,
  ],
  9002313: [
    400,
    'invalid_request',
    (reason) => `Invalid request. Request is malformed or invalid: ${reason}.`,
  ],
} as const satisfies Record<number, Row>;

export type TokenErrorCode = keyof typeof tokenErrorTable;

/** What a caller sent may come back in a message: bounded, and without control characters. */
const shown = (value: string): string => value.slice(0, 200).replace(/\p{Cc}/gu, ' ');

export class TokenError extends Error {
  readonly code: TokenErrorCode;
  readonly status: number;
  readonly error: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: TokenErrorCode, values: readonly string[] = [], retryAfterSeconds?: number) {
    const [status, error, message] = tokenErrorTable[code] as Row;
    super(`AADSTS${code}: ${message(...values.map(shown))}`);
    this.code = code;
    this.status = status;
    this.error = error;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Entra's error body: what MSAL and the SDKs parse. */
export const tokenErrorBody = (
  error: TokenError,
  ids: {
    readonly now: number;
    readonly traceId: string;
    readonly correlationId: string;
    readonly origin: string;
  },
) => {
  // Entra's timestamp: `2026-11-22 19:09:02Z`.
  const timestamp = `${new Date(ids.now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error: error.error,
    error_description: `${error.message} Trace ID: ${ids.traceId} Correlation ID: ${ids.correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.code],
    timestamp,
    trace_id: ids.traceId,
    correlation_id: ids.correlationId,
    error_uri: `${ids.origin}/error?code=${error.code}`,
  };
};
