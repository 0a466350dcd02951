/** R10: private endpoints need agent 1.4 or later. */

/** Seed 001: the oldest agent that works with a private endpoint. */
export const minimumPrivateEndpointAgent = '1.4';

/** `1.67.02889.2014` → [1, 67, 2889, 2014]; a suffix after `-` or `+` is not compared; undefined: no version. */
const segments = (version: string): readonly number[] | undefined => {
  const numeric = /^(\d{1,9}(?:\.\d{1,9}){0,7})(?:[-+].{0,64})?$/.exec(version)?.[1];
  return numeric?.split('.').map(Number);
};

/** Negative, 0 or positive, by numeric segments (1.10 is later than 1.9, 1.4 equals 1.4.0); undefined where either is no version. */
export const compareVersions = (left: string, right: string): number | undefined => {
  const [a, b] = [segments(left), segments(right)];
  if (a === undefined || b === undefined) return undefined;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** R10. What cannot be read as a version is not supported: the door stays shut. */
export const supportsPrivateEndpoints = (agentVersion: string): boolean =>
  (compareVersions(agentVersion, minimumPrivateEndpointAgent) ?? -1) >= 0;
