/** Where the heartbeats of a machine are among the facts: written as they come in, read where a status is shown. */

/** @param machineId ARM id in any case */
export const heartbeatKey = (machineId: string): string => `heartbeat:${machineId.toLowerCase()}`;
