/** A request and an answer of the services, free of sockets. */

import type { Listener } from './notification-channel.ts';

export type Arrival =
  | { readonly kind: 'public'; readonly source: string }
  | {
      readonly kind: 'private';
      readonly source: string;
      /** From the PROXY header's TLV. */
      readonly linkIdentifier: number;
      /** The private endpoint's address that the client connected to. */
      readonly destination: string;
    };

/** On a private endpoint addresses of different networks may be equal: (link identifier, source) tells them apart. */
export const sourceKey = (arrival: Arrival): string =>
  arrival.kind === 'public' ? arrival.source : `${arrival.linkIdentifier} ${arrival.source}`;

export interface ServiceRequest {
  readonly id: string;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** What follows `?`, not decoded; absent: nothing does. */
  readonly query?: string;
  /** The Host header, with its port. */
  readonly host: string;
  /** The name of the TLS handshake. */
  readonly serverName?: string;
  /** Lower-case names; a header given twice is joined by a comma, and so matches nothing. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Nothing of it is read before: so who is refused by path, name, route or proof has sent it in vain. To be called once. */
  readonly readBody: () => Promise<string>;
  readonly arrival: Arrival;
  /** DER of the client certificate, if the client gave one. */
  readonly clientCertificate?: Uint8Array;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent: no content. */
  readonly body?: unknown;
  /** Sent as it is, instead of a body. */
  readonly download?: Download;
  /** With 101: who listens on the connection from now on. */
  readonly listener?: Listener;
}

interface Download {
  readonly type: string;
  /** `open`: of what is too long to be held, read anew for each. */
  readonly content: Uint8Array | { readonly length: number; readonly open: () => AsyncIterable<Uint8Array> };
}

/** Made when it is asked for. */
export type MakeDownload = () => Promise<Download>;

/** What machines download before they are one, by path (`/azcmagent-linux`). */
export type Downloads = ReadonlyMap<string, MakeDownload>;

/** The URL that DPoP proofs and assertions name; the host has been checked to be ours. */
export const requestUrl = (request: Pick<ServiceRequest, 'host' | 'path'>): string =>
  `https://${request.host.toLowerCase()}${request.path}`;
