/** What a request breaks, or leaves undone, although it succeeds: said in a header of ours. */

export const warningName = 'x-tombolo-warning';

/** Header values are ASCII; a resource name may not be. */
export const warningHeader = (warnings: readonly string[]): Record<string, string> =>
  warnings.length === 0 ? {} : { [warningName]: warnings.join(' | ').replace(/[^\x20-\x7e]/g, '?') };
