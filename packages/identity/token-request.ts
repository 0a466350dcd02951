/** Reads a token request: form fields, client authentication, and the resource that is asked for. */

import { assertionType, claimedClient } from './client-assertion.ts';
import { TokenError } from './token-error.ts';

type ClientProof =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'assertion'; readonly assertion: string };

export interface TokenRequest {
  readonly clientId: string;
  readonly proof: ClientProof;
  /** The identifier URI, as written by the client without `/.default`. */
  readonly resource: string;
}

const maxFields = 40;

/** Form fields by name. RFC 6749 §3.2: none may come twice, and one without a value is as if it were left out. Throws TokenError. */
export const readForm = (body: string): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) throw new TokenError(9000411, [name]);
    fields.set(name, value);
    if (fields.size > maxFields) throw new TokenError(9002313, [`more than ${maxFields} parameters`]);
  }
  for (const [name, value] of fields) if (value === '') fields.delete(name);
  return fields;
};

/** Throws TokenError 900144, 70003, 70011, 1002012, 7000216, 9002313. */
export const readTokenRequest = (
  form: ReadonlyMap<string, string>,
  authorization: string | undefined,
  version: 1 | 2,
): TokenRequest => {
  const grant = required(form, 'grant_type');
  if (grant !== 'client_credentials') throw new TokenError(70003, [grant]);
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  const assertion = form.get('client_assertion');
  const clientId = form.get('client_id') ?? basic?.clientId ?? (assertion && claimedClient(assertion));
  if (!clientId) throw new TokenError(900144, ['client_id']);
  if (basic && basic.clientId !== clientId) {
    throw new TokenError(9002313, ["the 'client_id' of the Authorization header and of the body differ"]);
  }
  return {
    clientId,
    proof: readProof(form, assertion, basic?.secret),
    resource: version === 1 ? readResource(form) : readScope(required(form, 'scope')),
  };
};

const required = (form: ReadonlyMap<string, string>, name: string): string => {
  const value = form.get(name);
  if (!value) throw new TokenError(900144, [name]);
  return value;
};

/** RFC 6749 §2.3.1: both parts are form-encoded before Base64. */
const readBasic = (header: string): { readonly clientId: string; readonly secret: string } | undefined => {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  try {
    const decoded = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
    if (colon > 0) return { clientId: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) };
  } catch {
    // Falls through: a percent sign that encodes nothing.
  }
  throw new TokenError(9002313, ['the Basic credentials cannot be decoded']);
};

const readProof = (
  form: ReadonlyMap<string, string>,
  assertion: string | undefined,
  basicSecret: string | undefined,
): ClientProof => {
  const secret = form.get('client_secret') ?? basicSecret;
  if (assertion) {
    if (secret) throw new TokenError(9002313, ['a client secret and a client assertion at once']);
    const type = required(form, 'client_assertion_type');
    if (type !== assertionType)
      throw new TokenError(9002313, [`the client_assertion_type '${type}' is unknown`]);
    return { kind: 'assertion', assertion };
  }
  if (!secret) throw new TokenError(7000216);
  return { kind: 'secret', secret };
};

/** Version 1 names the resource itself; its endpoint also takes a scope, as Entra's does. */
const readResource = (form: ReadonlyMap<string, string>): string => {
  const resource = form.get('resource');
  if (resource) return resource;
  const scope = form.get('scope');
  if (scope) return readScope(scope);
  throw new TokenError(900144, ['resource']);
};

/** MSAL adds OpenID scopes in some flows; they mean nothing for an application and are passed over. */
const openIdScopes = ['openid', 'profile', 'offline_access'];

const readScope = (scope: string): string => {
  const wanted = scope.split(' ').filter((part) => part !== '' && !openIdScopes.includes(part));
  if (wanted.length !== 1) throw new TokenError(70011, [scope]);
  const [only = ''] = wanted;
  if (!only.toLowerCase().endsWith('/.default')) throw new TokenError(1002012, [only]);
  return only.slice(0, -'/.default'.length);
};
