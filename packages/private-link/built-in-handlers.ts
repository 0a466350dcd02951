/** Extension handlers that the agent has in itself: they come by no package, and clients see their versions. */

export const builtInHandlers = [
  /** Custom Script for Linux. */
  { publisher: 'Microsoft.Azure.Extensions', type: 'CustomScript', version: '2.1.13' },
] as const;
