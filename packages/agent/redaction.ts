/** What must not leave the machine, taken out of texts that do. */

/** Shorter ones are in every text, and no secret. */
const shortestSecret = 6;

const patterns: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN ([A-Z ]{0,40})PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{0,9000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    '[private key]',
  ],
  // A JSON Web Token, its signature or not (RFC 7519).
  [/\beyJ[\w-]{5,8000}\.[\w-]{0,8000}(?:\.[\w-]{0,8000})?/g, '[token]'],
  [/\b(Bearer|DPoP|Basic) [\w+/=.~-]{6,9000}/gi, '$1 [token]'],
  // Name and password of an address (RFC 3986 §3.2.1).
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']{1,500}@/gi, '$1[credentials]@'],
  // Members and parameters whose name says it; `\"` where JSON is within JSON.
  [
    /((?:secret|password|passwd|pwd|access_?token|refresh_?token|client_assertion|private_?key|sig|api_?key)\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)[^\s"'\\,;&}]{1,4000}/gi,
    '$1[redacted]',
  ],
];

/** @param secrets those that are known by their value, whatever stands around them */
export const redacted = (text: string, secrets: readonly string[]): string => {
  let result = text;
  // The longest first: one may be within another.
  for (const secret of [...new Set(secrets)]
    .filter(({ length }) => length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length)) {
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))
      result = result.replaceAll(form, '[redacted]');
  }
  for (const [pattern, instead] of patterns) result = result.replace(pattern, instead);
  return result;
};
