/** A DNS client that asks once and waits for the answer: no cache, no retry, nothing that hides a change. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodeMessage, encodeQuery } from '@tombolo/dns/message';

export interface Asker {
  /** The IPv4 addresses in the answer; none where there is no answer within a second. */
  readonly addresses: (name: string) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** `127.32.2.4:5354`. */
export const openAsker = async (nameServer: string): Promise<Asker> => {
  const [address, port] = nameServer.split(':') as [string, string];
  const socket = createSocket('udp4');
  socket.connect(Number(port), address);
  await once(socket, 'connect');
  let id = 0;
  return {
    addresses: async (name) => {
      id = (id + 1) & 0xffff;
      const asked = id;
      const query = encodeQuery({ name, type: 1, class: 1 }, asked);
      const patience = AbortSignal.timeout(1_000);
      const answered = once(socket, 'message', { signal: patience });
      socket.send(query);
      for (let next = answered; ; next = once(socket, 'message', { signal: patience }))
        try {
          const message = decodeMessage((await next)[0] as Buffer);
          if (message.id === asked)
            return message.answers.flatMap(({ data }) => (data.kind === 'A' ? [data.address] : []));
        } catch (error) {
          if (patience.aborted) return [];
          throw error;
        }
    },
    close: () => socket.close(),
  };
};
