/** Operations end when every live follower has applied what they wrote, or after a deadline with a warning. */

import type { OperationKind, StepInput, StepOutcome } from '@tombolo/arm';
import { isAlive } from '@tombolo/store/feed/follower-progress';

/** Milliseconds after the operation's start. */
const deadlineMs = 10_000;
const pollMs = 200;

export type Settling =
  | { readonly settled: false; readonly outcome: StepOutcome }
  | { readonly settled: true; readonly warning?: string };

/** The first step notes the feed's head; later ones wait until live followers have applied it. */
export const settle = async ({ operation, store, progress, now }: StepInput): Promise<Settling> => {
  const noted = operation.state.waitFor;
  const waitFor = typeof noted === 'number' ? noted : (await store.head()).through;
  const behind = (await store.followers()).filter(
    (follower) => follower.through < waitFor && isAlive(follower, progress.get(follower.name), now),
  );
  if (behind.length === 0) return { settled: true };
  const deadline = operation.startTime + deadlineMs;
  if (now < deadline) {
    const state = { ...operation.state, waitFor };
    const dueAt = Math.min(now + pollMs, deadline);
    return { settled: false, outcome: { status: 'InProgress', state, dueAt } };
  }
  const names = behind.map((follower) => follower.name).join(', ');
  return {
    settled: true,
    warning: `Not applied within ${deadlineMs / 1000} s by: ${names}. They will as soon as they can; \`./tombolo status\` shows it.`,
  };
};

/** For writes that need nothing done afterwards but to be applied everywhere. */
export const convergenceKind: OperationKind = {
  wakesOnAcknowledge: true,
  step: async (input) => {
    const settling = await settle(input);
    if (!settling.settled) return settling.outcome;
    const { warning } = settling;
    return {
      status: 'Succeeded',
      ...(warning === undefined ? {} : { state: { ...input.operation.state, warning } }),
    };
  },
};

export const convergence = 'network.converge';
