/** Every refusal of Microsoft Graph, in its codes, and the form in which Graph answers it. */

import type { ArmError } from '@tombolo/arm';
import { defineRefusals } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';

export const graphError = defineRefusals({
  Request_ResourceNotFound: [
    404,
    (id: string) =>
      `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  ],
  Request_BadRequest: [400, (reason: string) => reason],
  BadRequest: [400, (reason: string) => reason],
  Request_UnsupportedQuery: [400, (reason: string) => reason],
  Request_MultipleObjectsWithSameKeyValue: [409, (reason: string) => reason],
  Directory_QuotaExceeded: [
    403,
    (limit: string) => `The directory object quota limit of ${limit} for the tenant has been exceeded.`,
    'Delete objects that are no longer used.',
  ],
  Directory_ConcurrencyViolation: [
    409,
    (id: string) => `'${id}' was changed by others at the same time, again and again.`,
    'Nothing was written; retry.',
  ],
  Authorization_RequestDenied: [
    403,
    (action: string) =>
      `Insufficient privileges to complete the operation: it needs '${action}' at the scope '/'.`,
    'Assign Owner or User Access Administrator there.',
  ],
  InvalidAuthenticationToken: [401, (reason: string) => reason],
  NotImplemented: [501, (what: string) => `${what} is not implemented by Tombolo.`],
  ServiceNotAvailable: [
    503,
    () => 'The store of this installation fails; nothing was changed. Its log has the cause.',
  ],
  UnknownError: [
    500,
    (requestId: string) =>
      `The server failed to answer; nothing was changed. The log has the cause under request id '${requestId}'.`,
  ],
});

/** What an error is told with: its moment and the request's ids. */
export interface ErrorContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly requestId: string;
  readonly clientRequestId: string;
}

export const graphErrorBody = (
  { code, message }: Pick<ArmError, 'code' | 'message'>,
  { now, requestId, clientRequestId }: ErrorContext,
): JsonObject => ({
  error: {
    code,
    message,
    innerError: {
      date: new Date(now).toISOString().slice(0, 19),
      'request-id': requestId,
      'client-request-id': clientRequestId,
    },
  },
});
