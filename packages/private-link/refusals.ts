/** The one table of refusals: code, HTTP status, rules, and whether the code is Azure's or ours; docs are generated from it. */

/** A rule of the access model, as the seeds state them. */
export type Rule =
  | 'R1'
  | 'R2'
  | 'R3'
  | 'R4'
  | 'R5'
  | 'R7'
  | 'R8'
  | 'R9'
  | 'R10'
  | 'R11'
  | 'R13'
  | 'R15'
  | 'R20'
  | 'R21'
  | 'R23';

export interface RefusalEntry {
  /** HTTP status; `reset`: the connection is reset; `exit`: a command line ends with this process exit code. */
  readonly status: number | 'reset' | { readonly exit: number };
  readonly rules: readonly Rule[];
  /** `azure`: seen in the live service or its public issues. `ours`: Azure's code is unknown, a deliberate deviation. */
  readonly origin: 'azure' | 'ours';
  /** What was asked for when this comes back. */
  readonly when: string;
}

const entry = (
  status: RefusalEntry['status'],
  rules: readonly Rule[],
  origin: RefusalEntry['origin'],
  when: string,
): RefusalEntry => ({ status, rules, origin, when });

/** Keyed by code. Sources of Azure's codes stand beside them. */
export const refusalTable = {
  NetworkHasAnotherPrivateLinkScope: entry(
    409,
    ['R1'],
    'ours',
    'a private endpoint in a network that has endpoints to another scope',
  ),
  PrivateLinkScopeNotFound: entry(
    400,
    ['R2'],
    'ours',
    'associating a machine with a scope that is not there',
  ),
  InvalidPrivateLinkScopeResourceId: entry(
    400,
    ['R2'],
    'ours',
    'associating a machine with something that is no private link scope',
  ),
  PrivateLinkScopeRegionMismatch: entry(400, ['R3'], 'ours', 'machine and scope in different regions'),
  // Microsoft.Network answers so for a subnet of another region or subscription (Azure/azure-cli#13614).
  InvalidResourceReference: entry(
    400,
    ['R4'],
    'azure',
    'endpoint and virtual network in different regions or subscriptions',
  ),
  // hashicorp/terraform-provider-azurerm#11377.
  InvalidPrivateLinkServiceIdType: entry(
    400,
    ['R15'],
    'azure',
    'a private endpoint to something that is no private link scope',
  ),
  PrivateEndpointConnectionStateNotAllowed: entry(
    409,
    ['R15'],
    'ours',
    'a change of connection state that this side cannot make from there',
  ),
  ZoneRecordsHeldByAnother: entry(
    409,
    ['R5'],
    'ours',
    "with --strict-dns: a zone group, or a hand, that would replace another's records",
  ),
  LinkedZoneIncomplete: entry(
    409,
    ['R7'],
    'ours',
    'with --strict-dns: a write that takes names from linked networks, a link to a zone that lacks some',
  ),
  ZoneOfNoMember: entry(
    409,
    ['R7'],
    'ours',
    'with --strict-dns: a zone group that names a zone of no member',
  ),
  InvalidPublicNetworkAccess: entry(
    400,
    ['R8', 'R20'],
    'ours',
    'publicNetworkAccess neither Enabled nor Disabled',
  ),
  AZCM0026: entry(
    { exit: 26 },
    ['R9'],
    'azure',
    'connecting without a scope where the service names resolve to private addresses',
  ),
  FeatureNotAvailableOverPrivateLink: entry(
    403,
    ['R13'],
    'ours',
    'SSH or Windows Admin Center on a machine that a scope holds',
  ),
  // MicrosoftDocs/azure-docs: any link of a network to a second zone of one name (Azure/ARO-RP#796).
  BadRequest: entry(
    400,
    ['R23'],
    'azure',
    'a network linked to two private zones of one name, or twice to one zone',
  ),
  PrivateEndpointConnectionNotApproved: entry(
    'reset',
    ['R15'],
    'ours',
    'a connection through an endpoint that is Pending, Rejected or Disconnected',
  ),
  MachineCertificateRejected: entry(401, ['R9'], 'ours', 'a machine whose certificate is unknown or revoked'),
  MachineNotFound: entry(403, ['R9'], 'ours', 'registering a machine that has no ARM resource'),
  AgentVersionNotSupported: entry(403, ['R10'], 'ours', 'an agent older than 1.4 through a private endpoint'),
  MachineNotAssociated: entry(
    403,
    ['R2', 'R9'],
    'ours',
    'a machine through the private endpoint of a scope that is not its own',
  ),
  PublicNetworkAccessDisabled: entry(
    403,
    ['R8'],
    'ours',
    'the public route while the scope of the machine disables it',
  ),
  PrivateLinkScopeDeleted: entry(403, ['R2'], 'ours', 'a machine whose association names a deleted scope'),
} as const satisfies Readonly<Record<string, RefusalEntry>>;

export type RefusalCode = keyof typeof refusalTable;

/** A decision against: nothing has been changed. `message` says what was refused, why, and what to do. */
export interface Refusal {
  readonly refused: true;
  readonly rule: Rule;
  readonly code: RefusalCode;
  readonly message: string;
  /** The id of the resource, or the property, that the refusal is about. */
  readonly target?: string;
}

/** A refusal of this rule; the code must be the table's. */
export const refuse = (rule: Rule, code: RefusalCode, message: string, target?: string): Refusal => ({
  refused: true,
  rule,
  code,
  message,
  ...(target === undefined ? {} : { target }),
});

/** The HTTP status of a refusal; 400 for those that only a command line gives. */
export const httpStatusOf = (code: RefusalCode): number => {
  const { status }: RefusalEntry = refusalTable[code];
  return typeof status === 'number' ? status : 400;
};
