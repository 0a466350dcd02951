/** Why a name resolves as it does in a view: the steps of the same lookup that answers, as data. */

import type { DnsState, View } from './dns-state.ts';
import { type LookupResult, type LookupStep, lookup } from './lookup.ts';
import { classes } from './message.ts';
import { type TypeName, typeCodes } from './type-codes.ts';

export interface Explanation {
  readonly steps: readonly LookupStep[];
  readonly result: LookupResult;
}

/** Explains `name` (presentation text) and `type` in the view, up to where the answer has to come from elsewhere. */
export const explain = (state: DnsState, view: View, name: string, type: TypeName): Explanation => {
  const steps: LookupStep[] = [];
  const question = { name: name.replace(/\.$/, ''), type: typeCodes[type], class: classes.IN };
  const result = lookup(state, view, question, (step) => steps.push(step));
  return { steps, result };
};
