/** A client secret as text, made of random bytes. */

/** Never begins with `-`: command lines would take it for an option. That costs one bit of the first byte. */
export const secretTextOf = (random: Uint8Array): string => {
  const bytes = Buffer.from(random);
  bytes[0]! &= 0x7f;
  return bytes.toString('base64url');
};
