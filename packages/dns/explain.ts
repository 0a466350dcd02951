/** Why a name resolves as it does in a view: the steps of the same lookup that answers, as data and as sentences. */

import { recordNames, recordText } from '@tombolo/dns-records';
import type { DnsServerAddress, DnsState, View } from './dns-state.ts';
import { type LookupResult, type LookupStep, lookup } from './lookup.ts';
import { classes, rcodes } from './resource-record.ts';
import { type TypeName, typeCodes, typeName } from './type-codes.ts';

/** What may be asked for: the types of records, without those that are never data. */
export const explainedTypes = recordNames;

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

const addresses = (servers: readonly DnsServerAddress[]): string =>
  servers.map(({ address, port }) => `${address}:${port}`).join(', ');

const outcomes = {
  answer: 'has the answer',
  cname: 'has an alias',
  nodata: 'has the name, but no record of this type: the answer is empty, and nobody else is asked',
  nxdomain: 'has no such name: the answer is NXDOMAIN, and nobody else is asked',
} as const;

/** Who answered, and with what, in one sentence a step. */
export const stepText = (step: LookupStep, upstreams: readonly DnsServerAddress[]): string => {
  switch (step.kind) {
    case 'zone': {
      const whose =
        step.zoneId === undefined
          ? `the public zone ${step.zone}`
          : `the private zone ${step.zone} (${step.zoneId}, linked by ${step.linkId})`;
      const outcome = step.target === undefined ? outcomes[step.outcome] : `has an alias to ${step.target}`;
      return `${step.name}: ${whose} ${outcome}.`;
    }
    case 'redirect':
      return `${step.name}: the link ${step.linkId} asks in public for what its zone does not have (NxDomainRedirect).`;
    case 'rule':
      return `${step.name}: the forwarding rule ${step.ruleId} (${step.domain || '.'}) sends it to ${addresses(step.servers)}.`;
    case 'upstream':
      return upstreams.length === 0
        ? `${step.name}: no zone and no forwarding rule has it, and there is no upstream name server: REFUSED where nothing was found before.`
        : `${step.name}: no zone and no forwarding rule has it: the upstream name servers are asked, ${addresses(upstreams)}.`;
    case 'refused':
      return `No such ${step.reason} is answered: REFUSED.`;
    case 'loop':
      return `${step.name}: the chain of aliases is too long: SERVFAIL.`;
  }
};

/** What came of it, in one sentence. */
export const resultText = ({ result }: Explanation, upstreams: readonly DnsServerAddress[]): string => {
  const nobody = result.kind === 'forward' && result.servers === 'upstreams' && upstreams.length === 0;
  if (result.kind === 'forward' && !nobody)
    return `The answer comes from elsewhere, for ${result.question.name}.`;
  // Without anybody to ask, what was found so far is the answer (RFC 1034 section 4.3.2).
  const rcode =
    result.kind === 'answer' ? result.rcode : result.answer.length > 0 ? rcodes.NOERROR : rcodes.REFUSED;
  const code = Object.entries(rcodes).find(([, value]) => value === rcode)?.[0] ?? String(rcode);
  const records = result.answer.map(
    ({ name, type, data }) => `${name} ${typeName(type)} ${recordText(data)}`,
  );
  return `${code}${records.length === 0 ? '' : `: ${records.join(', ')}`}`;
};
