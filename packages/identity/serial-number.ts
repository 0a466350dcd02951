/** Certificate serial numbers: 128 random bits, so that none is guessed or met twice (RFC 5280 §4.1.2.2). */
import { randomBytes } from 'node:crypto';

/** Hexadecimal; positive, never shorter than 16 bytes. */
export const randomSerial = (random: (size: number) => Uint8Array = randomBytes): string => {
  const bytes = Buffer.from(random(16));
  // A zero first byte would be dropped by DER, and two spellings of one serial number would be compared later.
  if (bytes[0] === 0) bytes[0] = 1;
  return bytes.toString('hex');
};

/** One spelling of a serial number: lower-case hexadecimal without leading zeros. */
export const normalSerial = (serial: string): string => serial.toLowerCase().replace(/^0+(?=.)/, '');
