/** How long what a machine shows for itself is good: service and agent go by the same numbers. */

export { silentAfterMs } from '@tombolo/store/heartbeat-fact';

const day = 86_400_000;

/** Of a machine's certificate (seed 004). */
export const certificateLifeMs = 90 * day;

/** What is left of it when it is renewed: half. The service renews none before. */
export const renewalDueMs = certificateLifeMs / 2;

/** A machine that has been silent so long had no renewal when one was due: its identity has expired. */
export const expiredAfterMs = certificateLifeMs - renewalDueMs;
