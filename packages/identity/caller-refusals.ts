/** Why the bearer token of an ARM request is not taken; codes and texts are Azure Resource Manager's. */

import { defineRefusals } from '@tombolo/arm';

export const callerError = defineRefusals({
  AuthenticationFailed: [
    401,
    (why: string) =>
      `Authentication failed. The 'Authorization' header is ${why}; send 'Bearer' and an access token.`,
  ],
  InvalidAuthenticationToken: [
    401,
    (why = 'The access token is invalid.') => why,
    'Sign in again at this installation; tokens of other clouds are not accepted.',
  ],
  ExpiredAuthenticationToken: [
    401,
    (expiry: string, now: string) =>
      `The access token expiry UTC time '${expiry}' is earlier than current UTC time '${now}'.`,
    'Sign in again.',
  ],
  InvalidAuthenticationTokenAudience: [
    401,
    (asked: string, allowed: string) =>
      `The access token has been obtained for wrong audience or resource '${asked}'. It should exactly match with one of the allowed audiences '${allowed}'.`,
  ],
});
