/** Addresses with ports, as flags and configuration write them. */

import { isIP } from 'node:net';
import { CommandError } from '../shell/command-error.ts';

export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

/** `192.0.2.1:53`, `192.0.2.1` or `[2001:db8::1]:53`. Throws InvalidArgument. */
export const serverAddress = (text: string): ServerAddress => {
  const found = /^(?:\[([0-9a-f:]+)\]|([0-9.]+))(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(found?.[3] ?? 53);
  if (!found || port > 65535 || isIP((found[1] ?? found[2])!) === 0) {
    throw new CommandError(
      'InvalidArgument',
      `'${text}' is not an address with a port.`,
      'Write it like 192.0.2.1:53 or [2001:db8::1]:53.',
    );
  }
  return { address: (found[1] ?? found[2])!, port };
};
