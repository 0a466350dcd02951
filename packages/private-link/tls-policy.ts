/** R16: everything speaks TLS 1.2 or later; every listener and every client takes its floor from here. */

/**
 * As `node:tls` spells it. To be said wherever a secure context is made, for the first and for each later certificate:
 * what is not said is Node's default, which `NODE_OPTIONS=--tls-min-v1.0` lowers. OpenSSL is what enforces it.
 */
export const minVersion = 'TLSv1.2';
