/** The tenants and addresses that the token service speaks for, and the issuers and endpoints made from them. */

export interface Tenant {
  /** GUID. */
  readonly id: string;
  /** Verified domains, e.g. `contoso.example`, accepted in place of the id. */
  readonly domains?: readonly string[];
}

/** A resource that tokens are asked for. */
export interface TokenResource {
  /** Identifier URIs, compared without case and without a trailing slash. */
  readonly identifiers: readonly string[];
  /** Which form of token its owner registered for; Azure Resource Manager takes 1, whatever endpoint is asked. */
  readonly tokenVersion: 1 | 2;
}

/** The public cloud's names of Azure Resource Manager, which clients ask for unless told otherwise. */
const resourceManagerAudiences: readonly string[] = [
  'https://management.azure.com',
  'https://management.core.windows.net',
];

/** Azure Resource Manager, also at this installation's own address. */
export const resourceManagerResource = (...own: readonly string[]): TokenResource => ({
  identifiers: [...resourceManagerAudiences, ...own],
  tokenVersion: 1,
});

/** Microsoft Graph of the public cloud: who asks for it means this installation's. */
export const graphResource: TokenResource = {
  identifiers: ['https://graph.microsoft.com'],
  tokenVersion: 1,
};

/** What agents ask a token for before they register. @param suffix `his.arc.azure.com` */
export const hybridIdentityResource = (suffix: string): TokenResource => ({
  identifiers: [`https://${suffix}`],
  tokenVersion: 1,
});

/** Identifier URIs are compared so: no case, no trailing slash. */
export const normalAudience = (audience: string): string =>
  audience
    .toLowerCase()
    // Each slash is looked at once: it is a client's text.
    .replace(/(?<!\/)\/+$/, '')
    .replace(/^(https:\/\/[^/]*):443(?=\/|$)/, '$1');

/** By one of its identifiers. */
export const findResource = (
  resources: readonly TokenResource[],
  asked: string,
): TokenResource | undefined => {
  const wanted = normalAudience(asked);
  return resources.find(({ identifiers }) =>
    identifiers.some((identifier) => normalAudience(identifier) === wanted),
  );
};

/** Tenant id, domain, or `adfs`: the path by which clients skip instance discovery means the first tenant. */
export const findTenant = (tenants: readonly Tenant[], segment: string): Tenant | undefined => {
  const wanted = segment.toLowerCase();
  if (wanted === 'adfs') return tenants[0];
  return tenants.find(
    (tenant) =>
      tenant.id.toLowerCase() === wanted || tenant.domains?.some((domain) => domain.toLowerCase() === wanted),
  );
};

/** Paths that name no tenant: their documents are templates, and no token is issued at them. */
export const isSharedTenant = (segment: string): boolean =>
  ['common', 'organizations'].includes(segment.toLowerCase());

/**
 * The issuer is under the installation's own name, where Entra's is `https://sts.windows.net/{tid}/` for version 1 and
 * `https://login.microsoftonline.com/{tid}/v2.0` for version 2: a token must never look like Microsoft's, and
 * MSAL demands that the issuer's origin is the authority's.
 */
export const issuerOf = (origin: string, tenantId: string, version: 1 | 2): string =>
  version === 1 ? `${origin}/${tenantId}/` : `${origin}/${tenantId}/v2.0`;

/** What an assertion for this tenant may name as its audience: its token endpoints and issuers, lower case. */
export const assertionAudiences = (
  origins: readonly string[],
  tenant: Tenant,
  asWritten: string,
): readonly string[] =>
  origins.flatMap((origin) =>
    [tenant.id, asWritten, ...(tenant.domains ?? [])].flatMap((name) =>
      ['', '/v2.0', '/oauth2/token', '/oauth2/v2.0/token'].map((path) =>
        `${origin}/${name}${path}`.toLowerCase(),
      ),
    ),
  );

/** The OpenID Connect discovery document (Entra's fields; OpenID Connect Discovery 1.0 §3). */
export const openIdConfiguration = (input: {
  readonly origin: string;
  /** As asked: a tenant id, `common`, `organizations` or `adfs`. */
  readonly segment: string;
  /** Absent for `common` and `organizations`: the issuer is then Entra's template. */
  readonly tenantId: string | undefined;
  readonly version: 1 | 2;
}) => {
  const { origin, segment, version } = input;
  const base = `${origin}/${segment}`;
  const path = version === 2 ? '/oauth2/v2.0' : '/oauth2';
  return {
    token_endpoint: `${base}${path}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256'],
    jwks_uri: `${base}${version === 2 ? '/discovery/v2.0/keys' : '/discovery/keys'}`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'token'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['openid'],
    issuer: issuerOf(origin, input.tenantId ?? '{tenantid}', version),
    // MSAL insists on the field; sign-in of people is not served.
    authorization_endpoint: `${base}${path}/authorize`,
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nbf',
      'oid',
      'tid',
      'appid',
      'azp',
      'ver',
      'idtyp',
    ],
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
    cloud_graph_host_name: new URL(origin).host,
  };
};

/** Instance discovery (MSAL's authority validation): all our names are one cloud. */
export const instanceDiscovery = (origins: readonly string[], authority: URL) => ({
  tenant_discovery_endpoint: `${authority.origin}/${authority.pathname.split('/').find(Boolean) ?? 'common'}/v2.0/.well-known/openid-configuration`,
  'api-version': '1.1',
  metadata: [
    {
      preferred_network: authority.host,
      preferred_cache: new URL(origins[0] ?? authority.origin).host,
      aliases: origins.map((origin) => new URL(origin).host),
    },
  ],
});
