/** Tokens as lines that a run can change, signed after they were changed. */

import { textOf } from '../target.ts';

/**
 * An input of two lines is a header and a payload, signed as they stand: behind the signature lies what a client with a key
 * reaches. Any other input is the token itself.
 */
export const tokenOf = (input: Uint8Array, signed: (content: Uint8Array) => Uint8Array): string => {
  const text = textOf(input);
  const [header, payload, ...more] = text.split('\n');
  if (payload === undefined || more.length > 0) return text;
  const base64 = (part: string): string => Buffer.from(part).toString('base64url');
  const content = `${base64(header!)}.${base64(payload)}`;
  return `${content}.${Buffer.from(signed(Buffer.from(content))).toString('base64url')}`;
};

export const linesOf = (header: object, payload: object): string =>
  `${JSON.stringify(header)}\n${JSON.stringify(payload)}`;
export const claimWords = [
  ...[
    '"iss":',
    '"sub":',
    '"aud":[',
    '"exp":',
    '"nbf":',
    '"iat":',
    '"jti":',
    '"tid":',
    '"oid":',
    '"alg":"none"',
    '"alg":"HS256"',
  ],
  ...[
    '"crit":["b64"],"b64":false',
    '"b64":false',
    '"zip":"DEF"',
    '"typ":"JWT"',
    '[1]',
    '{}',
    'null',
    '1e308',
    '.',
    '\n',
  ],
];
