/** Every refusal that the services answer with, in ARM's envelope. */

import { defineRefusals } from '@tombolo/arm';
import { renewalDueMs } from '@tombolo/arm/machine-life';

/** Codes are ours: Azure's data-plane codes are not documented. */
export const serviceError = defineRefusals({
  InvalidRequest: [400, (what: string) => `The request is invalid: ${what}`],
  InvalidApiVersionParameter: [
    400,
    (given: string, supported: string) =>
      `The api-version '${given}' is not supported. Ask with api-version=${supported}.`,
  ],
  InvalidLocation: [
    400,
    (location: string, meant: string, offered: string) =>
      `There is no region '${location}' here. ${meant}Ask with location= one of: ${offered}.`,
  ],
  MissingLocation: [
    400,
    (offered: string) => `The region is missing. Ask with location= one of: ${offered}.`,
  ],
  InvalidCertificateRequest: [
    400,
    (why: string) => `The certificate request is refused: ${why}.`,
    "Send a PKCS#10 request in PEM, signed by the machine's own key.",
  ],
  InvalidTokenResource: [400, (why: string) => why],
  AuthenticationFailed: [
    401,
    (why: string) => `The machine could not be authenticated: ${why}.`,
    'Ask for a new token; if that is refused too, disconnect the machine locally and connect it again.',
  ],
  MachineKeyMismatch: [
    403,
    (machine: string) => `The key that signed is not the clientPublicKey of machine '${machine}'.`,
    "Create the machine resource again with this machine's key (azcmagent connect).",
  ],
  MachineHasNoIdentity: [
    403,
    (machine: string) => `The machine resource '${machine}' has no system-assigned identity.`,
    "Write the resource with identity.type 'SystemAssigned' (azcmagent connect does).",
  ],
  MachineNotFound: [
    403,
    (machine: string) => `There is no machine resource '${machine}'.`,
    'Create it (azcmagent connect) before the machine registers.',
  ],
  NotFound: [
    404,
    (what: string) => `${what} is not served here.`,
    "What each service takes is in packages/hybrid-services/README.md of Tombolo's sources.",
  ],
  LocationNotFound: [
    404,
    (location: string, offered: string) => `There is no region '${location}' here. Regions: ${offered}.`,
  ],
  MethodNotAllowed: [
    405,
    (method: string, path: string, allowed: string) =>
      `${method} is not supported for ${path}. Supported: ${allowed}.`,
  ],
  RoleRefused: [
    403,
    () => 'Only the hybrid role may register machines.',
    'Start the hybrid process with its role token.',
  ],
  RenewalNotDue: [
    409,
    (days: string) =>
      `The certificate is valid for ${days} more days and is renewed when ${renewalDueMs / 86_400_000} or fewer are left.`,
    'Try again then.',
  ],
  Conflict: [
    409,
    (what: string) => `${what} was changed by others at the same time, again and again.`,
    'Nothing was written; retry.',
  ],
  RequestTooLarge: [413, (limit: string) => `The request is larger than ${limit} bytes.`],
  MisdirectedRequest: [
    421,
    (host: string, why: string) => `'${host}' is not served on this connection: ${why}.`,
    'Open a new connection to the address of that name.',
  ],
  UpgradeRequired: [
    426,
    () => 'Notifications come by a WebSocket (RFC 6455).',
    "Ask with 'Connection: Upgrade' and 'Upgrade: websocket'.",
  ],
  TooManyRequests: [
    429,
    (what: string) => `Too many ${what} from this address.`,
    'Wait as long as Retry-After says.',
  ],
  InternalServerError: [
    500,
    (id: string) => `The service failed to answer. Its log has the cause under request id '${id}'.`,
  ],
  NotImplemented: [501, (what: string, fix: string) => `${what} is not implemented by Tombolo. ${fix}`],
  ControlUnavailable: [
    503,
    () => 'The control process cannot be reached, and this operation needs it.',
    'Connected machines go on; retry later.',
  ],
  ServiceBusy: [503, (what: string) => `${what} is full.`, 'Retry later.'],
});
