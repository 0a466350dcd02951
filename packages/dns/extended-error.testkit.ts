/** Reads what `extendedError` writes, for tests of answers. */

import { extendedError, type Message } from './message.ts';

const { code: ednsErrorOption } = extendedError(0, '');

/** `{code, text}` of the extended error in a message, where there is one. */
export const readExtendedError = (message: Message): { code: number; text: string } | undefined => {
  const option = message.edns?.options.find((entry) => entry.code === ednsErrorOption);
  if (option === undefined || option.data.length < 2) return undefined;
  const [high = 0, low = 0] = option.data;
  return { code: (high << 8) | low, text: new TextDecoder().decode(option.data.subarray(2)) };
};
